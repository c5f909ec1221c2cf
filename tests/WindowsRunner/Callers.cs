using System.Reflection;

namespace TypedShmQueue.WindowsRunner;

/// <summary>Calls a method by a delegate of its type, so that only managed frames are between a test and the runner.</summary>
internal interface ICaller
{
    void Call(MethodInfo method, object? target, object?[] arguments);
}

internal sealed class Caller<T1> : ICaller
{
    public void Call(MethodInfo method, object? target, object?[] arguments) =>
        method.CreateDelegate<Action<T1>>(target)((T1)arguments[0]!);
}

internal sealed class Caller<T1, T2> : ICaller
{
    public void Call(MethodInfo method, object? target, object?[] arguments) =>
        method.CreateDelegate<Action<T1, T2>>(target)((T1)arguments[0]!, (T2)arguments[1]!);
}

internal sealed class Caller<T1, T2, T3> : ICaller
{
    public void Call(MethodInfo method, object? target, object?[] arguments) =>
        method.CreateDelegate<Action<T1, T2, T3>>(target)((T1)arguments[0]!, (T2)arguments[1]!, (T3)arguments[2]!);
}

internal sealed class Caller<T1, T2, T3, T4> : ICaller
{
    public void Call(MethodInfo method, object? target, object?[] arguments) =>
        method.CreateDelegate<Action<T1, T2, T3, T4>>(target)((T1)arguments[0]!, (T2)arguments[1]!, (T3)arguments[2]!, (T4)arguments[3]!);
}

/// <summary>The same for a method that returns a task.</summary>
internal sealed class AsyncCaller<TTask> : ICaller
{
    public void Call(MethodInfo method, object? target, object?[] arguments) => Tasks.Wait(method.CreateDelegate<Func<TTask>>(target)());
}

internal sealed class AsyncCaller<T1, TTask> : ICaller
{
    public void Call(MethodInfo method, object? target, object?[] arguments) =>
        Tasks.Wait(method.CreateDelegate<Func<T1, TTask>>(target)((T1)arguments[0]!));
}

internal sealed class AsyncCaller<T1, T2, TTask> : ICaller
{
    public void Call(MethodInfo method, object? target, object?[] arguments) =>
        Tasks.Wait(method.CreateDelegate<Func<T1, T2, TTask>>(target)((T1)arguments[0]!, (T2)arguments[1]!));
}

internal static class Tasks
{
    public static void Wait(object? task)
    {
        if (task is Task of) of.GetAwaiter().GetResult();
        else ((ValueTask)task!).AsTask().GetAwaiter().GetResult();
    }
}
