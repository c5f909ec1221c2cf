using Microsoft.Extensions.Options;

namespace TypedShmQueue.Hosting.Handling;

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
        return failures.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(failures.Select(failure => $"The handler '{Name}': {failure}"));
    }

    private static IEnumerable<string> Failures(ShmQueueHandlerOptions options)
    {
        if (options.Parallelism is < 1 or > MaxParallelism)
            yield return $"Parallelism is {options.Parallelism}; it must be from 1 to {MaxParallelism}.";
        if (options.MaxBatchSize is < 1 or > MaxBatchSize)
            yield return $"MaxBatchSize is {options.MaxBatchSize}; it must be from 1 to {MaxBatchSize}.";
        if (!Enum.IsDefined(options.OnError))
            yield return $"OnError is {options.OnError}; it must be Stop, Skip or DeadLetter.";
        if (options.OnError == ShmQueueErrorPolicy.DeadLetter && options.DeadLetterQueue is null)
            yield return "OnError is DeadLetter, but DeadLetterQueue is not set. Set it to the name of the queue for failed messages.";
        if (options.OnError != ShmQueueErrorPolicy.DeadLetter && options.DeadLetterQueue is not null)
            yield return $"DeadLetterQueue is '{options.DeadLetterQueue}', but OnError is {options.OnError}, so nothing would be sent "
                + $"there. Set OnError to DeadLetter, or omit DeadLetterQueue.";
        if (options.DeadLetterQueue is { } deadLetters && !ShmQueueName.IsValid(deadLetters))
            yield return $"DeadLetterQueue is '{deadLetters}', which is not a valid queue name. "
                + $"A name has 1 to {ShmQueueName.MaxLength} characters of A-Z a-z 0-9 . _ - and does not start with a dot.";
        if (options.StopTimeout != Timeout.InfiniteTimeSpan
            && (options.StopTimeout < TimeSpan.Zero || options.StopTimeout.TotalMilliseconds > int.MaxValue))
            yield return $"StopTimeout is {options.StopTimeout}; it must be from zero to 24 days, or Timeout.InfiniteTimeSpan.";
    }

    private static IEnumerable<string> Failures(ShmSubscriptionHandlerOptions options)
    {
        if (options.Subscription is { } subscription && (subscription.Length > MaxSubscriptionName || !ShmQueueName.IsValid(subscription)))
            yield return $"Subscription is '{subscription}', which is not a valid subscription name. "
                + $"A name has 1 to {MaxSubscriptionName} characters of A-Z a-z 0-9 . _ - and does not start with a dot.";
        if (options.HoldWhenAbsent < TimeSpan.Zero && options.HoldWhenAbsent != Timeout.InfiniteTimeSpan)
            yield return $"HoldWhenAbsent is {options.HoldWhenAbsent}; it must be zero or more, or Timeout.InfiniteTimeSpan.";
        if (options.HoldWhenAbsent != TimeSpan.Zero && (options.Lossy || options.Subscription is null))
            yield return $"HoldWhenAbsent is {options.HoldWhenAbsent}, but only a named subscription that is not lossy can hold producers "
                + $"back while it is absent. Set Subscription and omit Lossy, or set HoldWhenAbsent to zero.";
    }
}
