using Microsoft.Extensions.Options;
using TypedShmQueue.Hosting.Queues;

namespace TypedShmQueue.Hosting.Health;

/// <summary>Checks the thresholds of a queue's health check.</summary>
/// <param name="check">The name of the check, and of its options.</param>
/// <param name="queue">The name of the queue's registration.</param>
internal sealed class HealthOptionsValidator<TQueue>(string check, string queue) : IValidateOptions<ShmQueueHealthOptions>
{
    public ValidateOptionsResult Validate(string? name, ShmQueueHealthOptions options)
    {
        if (!string.Equals(name, check, StringComparison.Ordinal)) return ValidateOptionsResult.Skip;
        string[] failures = [.. Failures(options)];
        return failures.Length == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(failures.Select(failure => $"The health check of the queue '{queue}': {failure}"));
    }

    private static IEnumerable<string> Failures(ShmQueueHealthOptions options)
    {
        if (options.MaxDepth < 0) yield return $"MaxDepth is {options.MaxDepth}; it must be 0 or more, or omitted.";
        if (options.MaxLag < 0) yield return $"MaxLag is {options.MaxLag}; it must be 0 or more, or omitted.";
        if (options.MaxDeadParticipants < 0)
            yield return $"MaxDeadParticipants is {options.MaxDeadParticipants}; it must be 0 or more, or omitted.";
        if (options.MaxSlotsVerified < 0) yield return $"MaxSlotsVerified is {options.MaxSlotsVerified}; it must be 0 or more.";
        if (options.MaxLeased < 0) yield return $"MaxLeased is {options.MaxLeased}; it must be 0 or more, or omitted.";
        if (options.MaxLeaseAge <= TimeSpan.Zero)
            yield return $"MaxLeaseAge is {options.MaxLeaseAge}; it must be more than zero, or omitted.";
        if (options.MaxDeadLetters < 0) yield return $"MaxDeadLetters is {options.MaxDeadLetters}; it must be 0 or more, or omitted.";
        if (WithoutLeases(options) is { } set && !QueueKind.HasLeases<TQueue>())
            yield return $"{set} is set, but {typeof(TQueue).Name} has no leases: a message leaves the queue when it is taken. Omit {set}.";
        if (options.MaxLag is not null && !QueueKind.IsBroadcast<TQueue>())
            yield return $"MaxLag is {options.MaxLag}, but {typeof(TQueue).Name} is not a broadcast queue, so it has no subscriptions that "
                + $"could lag. Set MaxDepth instead.";
    }

    private static string? WithoutLeases(ShmQueueHealthOptions options) => options switch
    {
        { MaxLeased: not null } => nameof(options.MaxLeased),
        { MaxLeaseAge: not null } => nameof(options.MaxLeaseAge),
        { MaxDeadLetters: not null } => nameof(options.MaxDeadLetters),
        _ => null,
    };
}
