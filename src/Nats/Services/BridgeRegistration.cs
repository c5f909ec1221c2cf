using Microsoft.Extensions.DependencyInjection;

namespace TypedShmQueue.Nats.Services;

/// <summary>That a bridge was registered, and the bridge of the host once it is made.</summary>
internal sealed class BridgeRegistration(string name, Func<IServiceProvider, ShmNatsBridge> make)
{
    private readonly Lock _making = new();
    private ShmNatsBridge? _bridge;

    public string Name => name;

    public static string DefaultName<TQueue>(ShmNatsDirection direction) => $"{typeof(TQueue).Name}:{direction}";

    public static BridgeRegistration? Find(IServiceCollection services, string name) =>
        services.Where(static service => !service.IsKeyedService).Select(static service => service.ImplementationInstance)
            .OfType<BridgeRegistration>().FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal));

    /// <summary>The one bridge of the host.</summary>
    public ShmNatsBridge Bridge(IServiceProvider provider)
    {
        lock (_making) return _bridge ??= make(provider);
    }
}
