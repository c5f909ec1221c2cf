using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TypedShmQueue.Hosting.Queues;

/// <summary>That a queue was registered: what handlers and health checks refer to.</summary>
/// <param name="QueueType">The emitted type.</param>
/// <param name="Key">The service's key, or null.</param>
/// <param name="Name">The name of the registration: of its options, and of its sections of the configuration.</param>
internal sealed record QueueRegistration(Type QueueType, object? Key, string Name)
{
    /// <summary>The registration, which must have come before.</summary>
    public static QueueRegistration Of<TQueue>(IServiceCollection services, object? key) =>
        Find<TQueue>(services, key)
        ?? throw new InvalidOperationException($"{Describe<TQueue>(key)} is not registered. "
            + $"Call {Call<TQueue>(key)} before you add its handlers and health checks.");

    public static QueueRegistration Add<TQueue>(IServiceCollection services, object? key, string name)
    {
        if (Find<TQueue>(services, key) is { } earlier)
            throw new InvalidOperationException($"{Describe<TQueue>(key)} is already registered, as '{earlier.Name}'. "
                + $"Register a second queue of that type with a key: AddKeyedShmQueue.");
        // Without case, as the keys of a configuration are: two such queues would read one section.
        if (Registrations(services).FirstOrDefault(r => string.Equals(r.Name, name, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            string differs = string.Equals(other.Name, name, StringComparison.Ordinal)
                ? ""
                : $" '{name}' differs from it only in case, which the configuration ignores.";
            throw new InvalidOperationException($"A queue is already registered as '{other.Name}', which is also the name of its "
                + $"options.{differs} Choose another name for this registration, and set ShmQueueServiceOptions.Name to the name of the "
                + $"queue.");
        }

        QueueRegistration registration = new(typeof(TQueue), key, name);
        services.AddSingleton(registration);
        return registration;
    }

    /// <summary>The handle that the host provides.</summary>
    public TQueue Queue<TQueue>(IServiceProvider services) where TQueue : class =>
        Key is null ? services.GetRequiredService<TQueue>() : services.GetRequiredKeyedService<TQueue>(Key);

    public ShmQueueServiceOptions Options(IServiceProvider services) =>
        services.GetRequiredService<IOptionsMonitor<ShmQueueServiceOptions>>().Get(Name);

    private static QueueRegistration? Find<TQueue>(IServiceCollection services, object? key) =>
        Registrations(services).FirstOrDefault(r => r.QueueType == typeof(TQueue) && Equals(r.Key, key));

    private static IEnumerable<QueueRegistration> Registrations(IServiceCollection services) =>
        services.Where(static d => !d.IsKeyedService).Select(static d => d.ImplementationInstance).OfType<QueueRegistration>();

    private static string Describe<TQueue>(object? key) =>
        key is null ? typeof(TQueue).Name : $"{typeof(TQueue).Name} with the key '{key}'";

    private static string Call<TQueue>(object? key) =>
        key is null ? $"AddShmQueue<{typeof(TQueue).Name}>" : $"AddKeyedShmQueue<{typeof(TQueue).Name}>";
}
