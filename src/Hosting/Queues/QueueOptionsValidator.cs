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
        if (options.Retention is { } retention && !typeof(IShmBroadcast).IsAssignableFrom(typeof(TQueue)))
            return ValidateOptionsResult.Fail($"The queue '{queue}': Retention is {retention}, but {typeof(TQueue).Name} is not a "
                + $"broadcast queue: each message stays until it is taken. "
                + $"Omit Retention, or declare the message with Delivery = Delivery.Broadcast.");
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

    /// <summary>What the exception says, without the name of a parameter that the host's user never sees.</summary>
    private static string Sentence(ArgumentException error)
    {
        int end = error.Message.IndexOf(" (Parameter", StringComparison.Ordinal);
        string sentence = end < 0 ? error.Message : error.Message[..end];
        return error is ArgumentOutOfRangeException { ActualValue: { } value } ? $"{sentence} It is {value}." : sentence;
    }
}
