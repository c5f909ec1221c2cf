namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>A test that gives files to another user, and says so where it may not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess) Skip = "Needs the right to give files away (root).";
    }
}
