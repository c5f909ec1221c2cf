namespace TypedShmQueue.Async;

/// <summary>
/// One look of a pending call. True: it has what it waited for. What is thrown is what the call ends with. It never waits, and runs no
/// code of the user's.
/// </summary>
/// <param name="argument">What the call was given.</param>
/// <param name="closely">Whether to find out too what holds the queue up.</param>
/// <param name="result">What the call returns.</param>
internal delegate bool AsyncLook<TArgument, TResult>(in TArgument argument, bool closely, out TResult result);
