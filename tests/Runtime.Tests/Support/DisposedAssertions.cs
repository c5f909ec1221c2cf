namespace TypedShmQueue.Runtime.Tests.Support;

internal static class DisposedAssertions
{
    /// <summary>The error of a disposed handle names the queue as its users know it, and nothing of the inside.</summary>
    public static void SaysOf(this ObjectDisposedException error, string queue)
    {
        error.ObjectName.ShouldBe(queue);
        error.Message.ShouldContain($"'{queue}' was disposed");
        error.Message.ShouldNotContain("TypedQueue");
        error.Message.ShouldNotContain("`");
    }
}
