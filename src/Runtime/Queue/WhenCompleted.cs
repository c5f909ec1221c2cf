namespace TypedShmQueue;

/// <summary>What <c>OpenOrCreate</c> does where it finds a queue that was completed, and of which everything was taken.</summary>
public enum WhenCompleted
{
    /// <summary>Opens it as it is: nothing can be sent to it any more, and whoever takes from it is at its end.</summary>
    Keep,

    /// <summary>
    /// Deletes it and creates a new one under its name, with these options. Those who are attached to the old one keep it. A queue that
    /// holds messages is opened as it is, completed or not, so that none is lost.
    /// </summary>
    Replace,
}
