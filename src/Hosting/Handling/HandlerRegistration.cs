using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Hosting.Configuration;
using TypedShmQueue.Hosting.Queues;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>A handler of a registered queue, on its way to a background service.</summary>
internal sealed class HandlerRegistration<
    TQueue,
    T,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler,
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] TOptions>(QueueRegistration queue)
    where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>
    where THandler : class, IShmQueueHandler<T>
    where TOptions : ShmQueueHandlerOptions
{
    private readonly RegisteredHandler _handler = Checked(new RegisteredHandler(queue.Name, typeof(THandler)));

    /// <summary>The name of its options.</summary>
    public string Name => $"{queue.Name}:{_handler.FullName}";

    /// <summary>
    /// The paths of its sections in the configuration: that of all handlers with this short name, and its own, which has the last word.
    /// </summary>
    public string[] Sections =>
        [.. new[] { _handler.ShortName, _handler.FullName }.Distinct(StringComparer.OrdinalIgnoreCase)
        .Select(name => $"{UnreadSections.Handlers}:{queue.Name}:{name}")];

    /// <param name="services">Where it is registered.</param>
    /// <param name="begin">What is taken from, and what of it is to be disposed of with the service.</param>
    public void AddTo(IServiceCollection services, Func<TQueue, TOptions, (IShmConsumer<T> Consumer, IDisposable? Owned)> begin)
    {
        if (services.Any(d => !d.IsKeyedService && _handler.Equals(d.ImplementationInstance)))
            throw new InvalidOperationException($"{_handler.FullName} already handles the queue '{queue.Name}'. "
                + $"Set ShmQueueHandlerOptions.Parallelism to run several of its calls at the same time.");
        services.AddSingleton(_handler);
        services.TryAddSingleton<FailedHandlers>();
        services.AddSingleton<IValidateOptions<TOptions>>(new HandlerOptionsValidator<TOptions>(Name));
        services.TryAddScoped<THandler>();
        services.AddSingleton<IHostedService>(provider =>
        {
            TOptions options = provider.GetRequiredService<IOptionsMonitor<TOptions>>().Get(Name);
            TQueue handle = queue.Queue<TQueue>(provider);
            ShmQueueOptions opening = queue.Options(provider).ToQueueOptions();
            if (string.Equals(options.DeadLetterQueue, handle.Name, StringComparison.Ordinal))
                throw new OptionsValidationException(Name, typeof(TOptions),
                    [$"The handler '{Name}': DeadLetterQueue is '{handle.Name}', the queue that it handles, so failed messages would come "
                    + $"back indefinitely. Name another queue."]);
            TQueue? deadLetters = options.DeadLetterQueue is { } name ? TQueue.OpenOrCreate(name, opening) : null;
            (IShmConsumer<T> consumer, IDisposable? owned) = begin(handle, options);
            string? subscription = (consumer as IShmSubscription<T>)?.Name;
            return new QueueHandlerService<T, THandler>(
                new HandledQueue<T>(queue.Name, handle.Name, consumer, deadLetters, owned, deadLetters),
                options,
                new ScopedHandler<T, THandler>(provider.GetRequiredService<IServiceScopeFactory>(),
                    new ProcessSpans(handle.Name, QueueFiles.DirectoryOf(opening), subscription)),
                IsAmongSeveral(provider) ? _handler.FullName : _handler.ShortName,
                provider.GetRequiredService<FailedHandlers>(),
                provider.GetRequiredService<IHostApplicationLifetime>(),
                provider.GetRequiredService<ILogger<QueueHandlerService<T, THandler>>>());
        });
    }

    private static RegisteredHandler Checked(RegisteredHandler handler)
    {
        if (!ScopedHandler<T, THandler>.TakesBatches || TakenMessages<T>.FitInArrays) return handler;
        string message = typeof(T).Name;
        throw new InvalidOperationException(
            $"{handler.FullName} takes batches. A batch is an array, and an element of an array has at most "
                + $"{TakenMessages<T>.LargestElement} bytes, "
            + $"but {message} has {Unsafe.SizeOf<T>()}. Implement IShmQueueHandler<{message}>, which gets one message at a time.");
    }

    /// <summary>Whether the queue has another handler whose type has the same short name.</summary>
    private bool IsAmongSeveral(IServiceProvider provider) =>
        provider.GetServices<RegisteredHandler>().Count(other =>
            string.Equals(other.Queue, queue.Name, StringComparison.Ordinal)
                && string.Equals(other.ShortName, _handler.ShortName, StringComparison.Ordinal)) > 1;
}
