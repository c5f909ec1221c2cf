namespace TypedShmQueue.Generator.Model;

/// <summary>Who takes messages and how slots become free; each is a struct of the runtime that the queue is closed over.</summary>
internal enum ConsumerRole
{
    /// <summary>Any number of consumers.</summary>
    Many,

    /// <summary>One consumer, beside producers that may displace the oldest message.</summary>
    One,

    /// <summary>One consumer, and no producer displaces: it frees slots with a plain store.</summary>
    OneWaiting,

    /// <summary>Subscribers: each gets every message, by a subscription of its own.</summary>
    Subscribers,

    /// <summary>Workers: each message goes to one of them under a lease, until one has acknowledged it.</summary>
    Workers,
}
