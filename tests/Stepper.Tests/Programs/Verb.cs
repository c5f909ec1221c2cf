namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>What an actor can do, with the letter that stands for it in a program.</summary>
internal enum Verb
{
    /// <summary>e: enqueue one; e2, e3: a batch.</summary>
    Enqueue = 'e',

    /// <summary>c: claim, write in place, commit.</summary>
    Commit = 'c',

    /// <summary>a: claim, give up.</summary>
    Abandon = 'a',

    /// <summary>s: enqueue, displacing the oldest if there is no room.</summary>
    Shift = 's',

    /// <summary>d: dequeue one; d2, d3: a batch.</summary>
    Dequeue = 'd',

    /// <summary>t: take one as serialized messages are taken, by a reader that allocates.</summary>
    Take = 't',

    /// <summary>r: one consumer reads in place and releases, anew if it was overtaken; r2, r3: up to so many at once.</summary>
    Read = 'r',

    /// <summary>p: peek.</summary>
    Peek = 'p',

    /// <summary>i: investigate what holds the oldest position up.</summary>
    Investigate = 'i',

    /// <summary>x: complete.</summary>
    Complete = 'x',

    /// <summary>j: take a lane, that of a dead process first.</summary>
    Join = 'j',

    /// <summary>b: begin a subscription that is waited for (broadcast).</summary>
    Subscribe = 'b',

    /// <summary>l: begin a lossy one (broadcast).</summary>
    SubscribeLossy = 'l',

    /// <summary>u: end the subscription (broadcast).</summary>
    Unsubscribe = 'u',

    /// <summary>k: acknowledge the oldest message in hand; k2: the second (groups).</summary>
    Acknowledge = 'k',

    /// <summary>g: give the oldest message in hand back; g2: the second (groups).</summary>
    GiveBack = 'g',

    /// <summary>w: so much time passes that whoever may take a message back for that reason does (groups).</summary>
    Wait = 'w',
}
