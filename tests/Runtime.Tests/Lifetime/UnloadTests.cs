using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>A host loads the library, and a plug-in that uses it, into a collectible context, and unloads that.</summary>
public sealed class UnloadTests
{
    [Theory]
    [InlineData(nameof(PlugIn.Nothing))]
    [InlineData(nameof(PlugIn.SendAndTake))]
    [InlineData(nameof(PlugIn.Wait))]
    [InlineData(nameof(PlugIn.Subscribe))]
    [InlineData(nameof(PlugIn.Serialize))]
    [InlineData(nameof(PlugIn.Forget))]
    public void Context_that_holds_the_library_is_collected(string use) => Unloads(use, listens: false);

    [Fact]
    public void Metrics_that_are_listened_to_do_not_keep_it() => Unloads(nameof(PlugIn.Wait), listens: true);

    private static void Unloads(string use, bool listens)
    {
        using MeterListener listener = new();
        int published = 0;
        if (listens)
        {
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (!string.Equals(instrument.Meter.Name, ShmQueueTelemetry.MeterName, StringComparison.Ordinal)) return;
                published++;
                l.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
            listener.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
            listener.Start();
        }

        WeakReference context = UseAndUnload(use, listener);
        if (listens) published.ShouldBeGreaterThan(0);
        long began = Stopwatch.GetTimestamp();
        while (context.IsAlive)
        {
            if (Stopwatch.GetElapsedTime(began) > Worker.Patience)
                throw new TimeoutException($"After {use} the context is never collected.");
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(10); // the dispatcher's thread lingers a second
        }
    }

    /// <summary>By itself, so that no local of its caller holds anything of the context.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseAndUnload(string use, MeterListener listener)
    {
        AssemblyLoadContext context = new("plug-in", isCollectible: true);
        Assembly library = context.LoadFromAssemblyPath(typeof(ShmQueueOptions).Assembly.Location);
        Assembly plugIn = context.LoadFromAssemblyPath(typeof(UnloadTests).Assembly.Location);
        library.ShouldNotBe(typeof(ShmQueueOptions).Assembly);
        MethodInfo method = plugIn.GetType(typeof(PlugIn).FullName!)!.GetMethod(use)!;
        using (QueueFolder folder = new())
        {
            _ = method.Invoke(null, [folder.Location]);
            listener.RecordObservableInstruments();
        }

        context.Unload();
        return new WeakReference(context);
    }

    /// <summary>What runs in the context: there, its queues are those of the context's own library.</summary>
    public static class PlugIn
    {
        private static readonly QueueContract s_contract = Contracts.Parcel<ManyProducers, ManyConsumers>();

        public static void Nothing(string folder)
        {
            AssemblyLoadContext.GetLoadContext(typeof(ShmQueueOptions).Assembly)!.IsCollectible.ShouldBeTrue();
            folder.ShouldNotBeEmpty();
        }

        public static void SendAndTake(string folder)
        {
            using var queue = Create(folder);
            Worker.Run(() => queue.Enqueue(new Parcel(0, 1), default));
            queue.Dequeue(default).ShouldBe(new Parcel(0, 1));
            queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
            writer.Dispose();
            queue.Complete();
            queue.Delete();
        }

        /// <summary>With and without a thread, cancelled and served.</summary>
        public static void Wait(string folder)
        {
            using var queue = Create(folder);
            using CancellationTokenSource cancellation = new();
            Task<Parcel> cancelled = queue.DequeueAsync(cancellation.Token).AsTask(), served = queue.DequeueAsync(default).AsTask();
            cancellation.Cancel();
            Should.Throw<OperationCanceledException>(() => cancelled.GetAwaiter().GetResult());
            Worker.Run(() => queue.Enqueue(new Parcel(0, 1), default));
            served.WaitAsync(Worker.Patience).GetAwaiter().GetResult().ShouldBe(new Parcel(0, 1));
            queue.TryDequeue(out _, TimeSpan.FromMilliseconds(20)).ShouldBeFalse();
            Task<Parcel> ended = queue.DequeueAsync(default).AsTask();
            queue.Dispose();
            Should.Throw<ObjectDisposedException>(() => ended.WaitAsync(Worker.Patience).GetAwaiter().GetResult());
        }

        public static void Subscribe(string folder)
        {
            using var queue = TypedBroadcast<Parcel, ManyProducers>.Create(
                Contracts.Parcel<ManyProducers, Subscribers>(), ShmQueueName.NewUnique(), new ShmQueueOptions { Directory = folder,
                    Capacity = 4 });
            using var named = queue.Subscribe("plug-in", SubscribeFrom.Oldest, null);
            using var other = queue.Subscribe(SubscribeFrom.Oldest, null);
            Task<Parcel> pending = other.DequeueAsync(default).AsTask();
            queue.TryEnqueue(new Parcel(0, 1)).ShouldBeTrue();
            named.Dequeue(default).ShouldBe(new Parcel(0, 1));
            pending.WaitAsync(Worker.Patience).GetAwaiter().GetResult().ShouldBe(new Parcel(0, 1));
        }

        public static void Serialize(string folder)
        {
            using var queue = NoteQueue<ManyProducers, ManyConsumers>.OpenOrCreate(ShmQueueName.NewUnique(),
                new ShmQueueOptions { Directory = folder, Capacity = 2 });
            Task<Note> pending = queue.DequeueAsync(default).AsTask();
            queue.Enqueue(new Note(1, "one"), default);
            pending.WaitAsync(Worker.Patience).GetAwaiter().GetResult().ShouldBe(new Note(1, "one"));
        }

        /// <summary>A handle that nobody disposes goes with the context.</summary>
        public static void Forget(string folder) => Create(folder).TryEnqueue(new Parcel(0, 1)).ShouldBeTrue();

        private static TypedQueue<Parcel, ManyProducers, ManyConsumers> Create(string folder) =>
            TypedQueue<Parcel, ManyProducers, ManyConsumers>
                .Create(s_contract, ShmQueueName.NewUnique(), new ShmQueueOptions { Directory = folder, Capacity = 4 });
    }
}
