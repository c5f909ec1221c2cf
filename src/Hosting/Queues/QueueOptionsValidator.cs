using Microsoft.Extensions.Options;

namespace TypedShmQueue.Hosting.Queues;

/// <summary>Has a queue's options checked by the queue itself, which knows their ranges.</summary>
internal sealed class QueueOptionsValidator<TQueue>(string queue) : IValidateOptions<ShmQueueServiceOptions>
    where TQueue : class, IShmQueue<TQueue>
{
    public ValidateOptionsResult Validate(string? name, ShmQueueServiceOptions options)
    {
        if (!string.Equals(name, queue, StringComparison.Ordinal)) return ValidateOptionsResult.Skip;
        if (!Enum.IsDefined(options.Opening))
            return ValidateOptionsResult.Fail($"The queue '{queue}': Opening is {options.Opening}; "
                + $"it must be OpenOrCreate, Open or Create.");
        if (options.Retention is { } retention && !QueueKind.IsBroadcast<TQueue>())
            return ValidateOptionsResult.Fail($"The queue '{queue}': Retention is {retention}, but {typeof(TQueue).Name} is not a "
                + $"broadcast queue: each message stays until it is taken. "
                + $"Omit Retention, or declare the message with Delivery = Delivery.Broadcast.");
        if (LeaseFailure(options) is { } failure) return ValidateOptionsResult.Fail($"The queue '{queue}': {failure}");
        try
        {
            _ = TQueue.Exists(options.Name, options.ToQueueOptions());
            return ValidateOptionsResult.Success;
        }
        catch (ArgumentException e)
        {
            return ValidateOptionsResult.Fail($"The queue '{queue}': {Sentence(e)}");
        }
    }

    /// <summary>What is wrong with the options of leases; null if nothing is. Their ranges are the queue's to check.</summary>
    private static string? LeaseFailure(ShmQueueServiceOptions options)
    {
        (string Name, object? Value)? set = options switch
        {
            { DeadLetter: { } deadLetter } => (nameof(options.DeadLetter), $"'{deadLetter}'"),
            { MaxDeliveries: not 0 } => (nameof(options.MaxDeliveries), options.MaxDeliveries),
            { LeaseTimeout: { } timeout } => (nameof(options.LeaseTimeout), timeout),
            _ => null,
        };
        if (set is { } option && !QueueKind.HasLeases<TQueue>())
            return $"{option.Name} is {option.Value}, but {typeof(TQueue).Name} has no leases: a message leaves the queue when it is "
                + $"taken. Omit {option.Name}, or declare the message with Delivery = Delivery.Acknowledged.";
        if (options.DeadLetter is { } name && !ShmQueueName.IsValid(name))
            return $"DeadLetter is '{name}', which is not a valid queue name. A name has 1 to {ShmQueueName.MaxLength} characters of "
                + $"A-Z a-z 0-9 . _ - and does not start with a dot.";
        return string.Equals(options.DeadLetter, options.Name, StringComparison.Ordinal) && options.DeadLetter is not null
            ? $"DeadLetter is '{options.DeadLetter}', the queue itself, so dead letters would come back indefinitely. Name another queue."
            : null;
    }

    /// <summary>What the exception says, without the name of a parameter that the host's user never sees.</summary>
    private static string Sentence(ArgumentException error)
    {
        int end = error.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
        string sentence = end < 0 ? error.Message : error.Message[..end];
        return error is ArgumentOutOfRangeException { ActualValue: { } value } ? $"{sentence} It is {value}." : sentence;
    }
}
