namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>A public call that is killed at each of its labels, and what goes on around it.</summary>
/// <param name="Name">The test's name for it.</param>
/// <param name="Operation">What the peer does (its KillLabel knows the words).</param>
/// <param name="Filled">Messages in the queue before.</param>
/// <param name="MostTaken">How many of these it may take with it.</param>
/// <param name="Sends">How many it sends.</param>
/// <param name="Scene">What goes on around it.</param>
/// <param name="More">Another argument for the peer.</param>
internal sealed record LabelledCall(
    string Name, string Operation, int Filled = 1, int MostTaken = 0, int Sends = 0, Scene Scene = Scene.Still, string? More = null)
{
    public const int Capacity = 4;

    /// <summary>
    /// As on a file system that has none: what is being made has a hidden name, which the death of its creator leaves behind.
    /// </summary>
    public const string WithoutNamelessFiles = "--no-nameless-files";

    /// <summary>On a queue that others use. Not every role can do each.</summary>
    public static IEnumerable<LabelledCall> OnAQueue<TProducers, TConsumers>()
    {
        yield return new("open", "open");
        yield return new("enqueue", "enqueue", Sends: 1);
        yield return new("enqueue that wakes", "enqueue", Filled: 0, Sends: 1, Scene: Scene.TakerParked);
        yield return new("enqueue that waits", "enqueue", Filled: Capacity, Sends: 1, Scene: Scene.RoomLater);
        yield return new("enqueue that gives up", "enqueue-in-vain", Filled: Capacity);
        yield return new("claim and commit", "commit", Filled: 0, Sends: 1, Scene: Scene.TakerParked);
        yield return new("claim and abandon", "abandon", Filled: 0, Scene: Scene.TakerParked);
        yield return new("claim several and publish", "publish-span", Filled: 0, Sends: 2, Scene: Scene.TakerParked);
        yield return new("claim several and abandon", "abandon-span", Filled: 0, Scene: Scene.TakerParked);
        yield return new("dequeue", "dequeue", Filled: 2, MostTaken: 1);
        yield return new("dequeue that wakes", "dequeue", Filled: Capacity, MostTaken: 1, Scene: Scene.SenderParked);
        yield return new("dequeue that waits", "dequeue", Filled: 0, MostTaken: 1, Scene: Scene.MessageLater);
        yield return new("dequeue that gives up", "dequeue-in-vain", Filled: 0);
        yield return new("pending enqueue", "enqueue-async", Filled: Capacity, Sends: 1, Scene: Scene.RoomLater);
        yield return new("pending enqueue that is cancelled", "enqueue-async-in-vain", Filled: Capacity);
        yield return new("pending dequeue", "dequeue-async", Filled: 0, MostTaken: 1, Scene: Scene.MessageLater);
        yield return new("pending dequeue that is cancelled", "dequeue-async-in-vain", Filled: 0);
        yield return new("pending enqueues behind one that is cancelled", "enqueue-async-behind-cancelled", Filled: Capacity, Sends: 2,
            Scene: Scene.RoomOnceCancelled);
        yield return new("pending dequeues behind one that is cancelled", "dequeue-async-behind-cancelled", Filled: 0, MostTaken: 2,
            Scene: Scene.MessageOnceCancelled);
        yield return new("dequeue by a set that waits", "set-dequeue", Filled: 0, MostTaken: 1, Scene: Scene.MessageLater);
        yield return new("dequeue by a set that is awaited", "set-dequeue-async", Filled: 0, MostTaken: 1, Scene: Scene.MessageLater);
        yield return new("complete", "complete", Filled: 0, Scene: Scene.TakerParked);
        yield return new("dispose", "dispose");
        yield return new("dispose that is waited on", "dispose-waited-on", Filled: 0);
        yield return new("delete", "delete");
        yield return new("delete by name", "delete-by-name");
        if (typeof(TConsumers) != typeof(OneWaitingConsumer)) yield return new("shift", "shift", Filled: Capacity, MostTaken: 1, Sends: 1);
        if (typeof(TProducers) != typeof(OneProducer)) yield return new("recover", "dequeue", MostTaken: 1, Scene: Scene.DeadClaim);
        else yield return new("take the role of the dead", "enqueue", Sends: 1, Scene: Scene.DeadProducer);
    }

    /// <summary>On a name that has no living queue.</summary>
    public static IEnumerable<LabelledCall> OnAName() =>
    [
        new("create", "create"),
        new("open or create", "open-or-create"),
        new("create in place of a deleted queue", "create", Scene: Scene.DeadDeleter),
        new("open a deleted queue", "open-deleted", Scene: Scene.DeadDeleter),
        new("create where there is one", "create-taken", Scene: Scene.Named),
        new("create without nameless files", "create", More: WithoutNamelessFiles),
        new("create where there is one, without nameless files", "create-taken", Scene: Scene.Named, More: WithoutNamelessFiles),
    ];
}

/// <summary>What goes on around a call that is killed.</summary>
internal enum Scene
{
    Still,

    /// <summary>A consumer of another process is parked.</summary>
    TakerParked,

    /// <summary>A producer of another process is parked.</summary>
    SenderParked,

    /// <summary>Once the call is parked, somebody makes room for two messages: one that is sent twice finds its room.</summary>
    RoomLater,

    /// <summary>Once the call is parked, somebody sends two messages: a call that takes twice finds them.</summary>
    MessageLater,

    /// <summary>
    /// Once the call has said that it cancelled the first in its line, somebody makes room for two messages, one after the other.
    /// </summary>
    RoomOnceCancelled,

    /// <summary>Once the call has said that it cancelled the first in its line, somebody sends two messages, one after the other.</summary>
    MessageOnceCancelled,

    /// <summary>Somebody died with a claim, which the call recovers.</summary>
    DeadClaim,

    /// <summary>The one producer died between a word and tail.</summary>
    DeadProducer,

    /// <summary>Somebody died between marking the queue deleted and freeing its name.</summary>
    DeadDeleter,

    /// <summary>There is a queue of that name.</summary>
    Named,
}
