using Microsoft.Extensions.Options;

namespace TypedShmQueue.Hosting;

/// <summary>Checks a handler's options: each failure is a sentence with the value and its range.</summary>
internal sealed class HandlerOptionsValidator<TOptions>(string name) : IValidateOptions<TOptions>
    where TOptions : ShmQueueHandlerOptions
{
    private const int MaxParallelism = 1024;
    private const int MaxBatchSize = 65536;
    private const int MaxSubscriptionName = 63;

    /// <summary>The name of the options that it checks.</summary>
    public string Name { get; } = name;

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        if (!string.Equals(name, Name, StringComparison.Ordinal)) return ValidateOptionsResult.Skip;
        string[] failures = [.. Failures(options), .. options is ShmSubscriptionHandlerOptions subscription ? Failures(subscription) : []];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures.Select(failure => $"The handler '{Name}': {failure}"));
    }

    private static IEnumerable<string> Failures(ShmQueueHandlerOptions options)
    {
        if (options.Parallelism is < 1 or > MaxParallelism)
            yield return $"Parallelism is {options.Parallelism}, and must be from 1 to {MaxParallelism}.";
        if (options.MaxBatchSize is < 1 or > MaxBatchSize)
            yield return $"MaxBatchSize is {options.MaxBatchSize}, and must be from 1 to {MaxBatchSize}.";
        if (!Enum.IsDefined(options.OnError))
            yield return $"OnError is {options.OnError}, and must be Stop, Skip or DeadLetter.";
        if (options.OnError == ShmQueueErrorPolicy.DeadLetter && options.DeadLetterQueue is null)
            yield return "OnError is DeadLetter, and DeadLetterQueue is not set. Name the queue that failed messages are sent to.";
        if (options.OnError != ShmQueueErrorPolicy.DeadLetter && options.DeadLetterQueue is not null)
            yield return $"DeadLetterQueue is '{options.DeadLetterQueue}', and OnError is {options.OnError}, so nothing would be sent there. Set OnError to DeadLetter, or leave DeadLetterQueue out.";
        if (options.DeadLetterQueue is { } deadLetters && !ShmQueueName.IsValid(deadLetters))
            yield return $"DeadLetterQueue is '{deadLetters}', which is no name for a queue: 1 to {ShmQueueName.MaxLength} of A-Z a-z 0-9 . _ - and not starting with a dot.";
        if (options.StopTimeout != Timeout.InfiniteTimeSpan && (options.StopTimeout < TimeSpan.Zero || options.StopTimeout.TotalMilliseconds > int.MaxValue))
            yield return $"StopTimeout is {options.StopTimeout}, and must be from zero to 24 days, or Timeout.InfiniteTimeSpan.";
    }

    private static IEnumerable<string> Failures(ShmSubscriptionHandlerOptions options)
    {
        if (options.Subscription is { } subscription && (subscription.Length > MaxSubscriptionName || !ShmQueueName.IsValid(subscription)))
            yield return $"Subscription is '{subscription}', which is no name for one: 1 to {MaxSubscriptionName} of A-Z a-z 0-9 . _ - and not starting with a dot.";
        if (options.HoldWhenAbsent < TimeSpan.Zero && options.HoldWhenAbsent != Timeout.InfiniteTimeSpan)
            yield return $"HoldWhenAbsent is {options.HoldWhenAbsent}, and must not be negative, unless it is Timeout.InfiniteTimeSpan.";
        if (options.HoldWhenAbsent != TimeSpan.Zero && (options.Lossy || options.Subscription is null))
            yield return $"HoldWhenAbsent is {options.HoldWhenAbsent}, but only a named subscription that is not lossy can hold producers back when it is absent. Set Subscription and leave Lossy out, or leave HoldWhenAbsent at zero.";
    }
}
