using Microsoft.Extensions.Options;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>Checks a handler's options: each failure is a sentence with the value and its range.</summary>
/// <param name="name">The name of the options.</param>
/// <param name="queueType">What errors call the queue's type.</param>
internal sealed class HandlerOptionsValidator<TOptions>(string name, string queueType) : IValidateOptions<TOptions>
    where TOptions : ShmQueueHandlerOptions
{
    private const int MaxParallelism = 1024;
    private const int MaxBatchSize = 65536;
    private const int MaxSubscriptionName = 63;
    private const int MostRetries = 4000;

    /// <summary>The name of the options that it checks.</summary>
    public string Name { get; } = name;

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        if (!string.Equals(name, Name, StringComparison.Ordinal)) return ValidateOptionsResult.Skip;
        string[] failures =
        [
            .. Failures(options),
            .. options is ShmLeaseHandlerOptions lease ? Failures(lease) : WithoutLeases(options),
            .. options is ShmSubscriptionHandlerOptions subscription ? Failures(subscription) : [],
            .. options is ShmGroupHandlerOptions group ? Failures(group) : [],
        ];
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
            yield return $"OnError is {options.OnError}; it must be Stop, Skip, DeadLetter or Retry.";
        if (options.StopTimeout != Timeout.InfiniteTimeSpan && IsOutOfRange(options.StopTimeout))
            yield return $"StopTimeout is {options.StopTimeout}; it must be from zero to 24 days, or Timeout.InfiniteTimeSpan.";
    }

    /// <summary>For messages that leave the queue when they are taken.</summary>
    private IEnumerable<string> WithoutLeases(ShmQueueHandlerOptions options)
    {
        if (options.OnError == ShmQueueErrorPolicy.Retry)
            yield return options is ShmSubscriptionHandlerOptions
                ? "OnError is Retry, but a subscription has no leases: a message is gone from it when its handler begins, so it cannot be "
                    + "delivered again. Join a group instead (AddShmGroupHandler), or set OnError to Stop, Skip or DeadLetter."
                : $"OnError is Retry, but {queueType} has no leases: a message has left the queue when its handler begins, so it cannot be "
                    + $"delivered again. Declare the message with Delivery = Delivery.Acknowledged, or set OnError to Stop, Skip or "
                    + $"DeadLetter.";
        if (options.OnError == ShmQueueErrorPolicy.DeadLetter && options.DeadLetterQueue is null)
            yield return "OnError is DeadLetter, but DeadLetterQueue is not set. Set it to the name of the queue for failed messages.";
        if (options.OnError != ShmQueueErrorPolicy.DeadLetter && options.DeadLetterQueue is not null)
            yield return $"DeadLetterQueue is '{options.DeadLetterQueue}', but OnError is {options.OnError}, so nothing would be sent "
                + $"there. Set OnError to DeadLetter, or omit DeadLetterQueue.";
        if (options.DeadLetterQueue is { } deadLetters && !ShmQueueName.IsValid(deadLetters))
            yield return $"DeadLetterQueue is '{deadLetters}', which is not a valid queue name. "
                + $"A name has 1 to {ShmQueueName.MaxLength} characters of A-Z a-z 0-9 . _ - and does not start with a dot.";
    }

    private static IEnumerable<string> Failures(ShmLeaseHandlerOptions options)
    {
        if (options.DeadLetterQueue is not null)
            yield return $"DeadLetterQueue is '{options.DeadLetterQueue}', but with leases the queue itself sends messages to its "
                + $"dead-letter queue. Omit it, and set DeadLetter of the queue (ShmQueueServiceOptions, section ShmQueues).";
        if (IsOutOfRange(options.RetryDelay))
            yield return $"RetryDelay is {options.RetryDelay}; it must be from zero to 24 days.";
        if (options.MaxRetryDelay is { } longest && (IsOutOfRange(longest) || longest < options.RetryDelay))
            yield return $"MaxRetryDelay is {longest}; it must be from RetryDelay ({options.RetryDelay}) to 24 days, or omitted.";
        if (options.RetryLimit is < 0 or > MostRetries)
            yield return $"RetryLimit is {options.RetryLimit}; it must be from 0 to {MostRetries}, or omitted.";
        if (options.OnError != ShmQueueErrorPolicy.Retry && options.RetryLimit is not null)
            yield return $"RetryLimit is {options.RetryLimit}, but OnError is {options.OnError}, so nothing is tried again. "
                + $"Set OnError to Retry, or omit RetryLimit.";
    }

    private static IEnumerable<string> Failures(ShmGroupHandlerOptions options)
    {
        if (options.Group is null)
            yield return "Group is not set. Set it to the name of the group that the handler belongs to.";
        else if (options.Group.Length > MaxSubscriptionName || !ShmQueueName.IsValid(options.Group))
            yield return $"Group is '{options.Group}', which is not a valid group name. "
                + $"A name has 1 to {MaxSubscriptionName} characters of A-Z a-z 0-9 . _ - and does not start with a dot.";
    }

    private static bool IsOutOfRange(TimeSpan time) => time < TimeSpan.Zero || time.TotalMilliseconds > int.MaxValue;

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
