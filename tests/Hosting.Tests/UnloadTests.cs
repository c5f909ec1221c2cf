using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace TypedShmQueue.Hosting.Tests;

/// <summary>An application loads a plug-in with handlers into a collectible context, and unloads that: no span's source keeps it.</summary>
public sealed class UnloadTests
{
    [Fact]
    public void Context_with_a_handler_is_collected()
    {
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => string.Equals(source.Name, ShmQueueTelemetry.ActivitySourceName, StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        WeakReference context = UseAndUnload();
        long began = Stopwatch.GetTimestamp();
        while (context.IsAlive)
        {
            if (Stopwatch.GetElapsedTime(began) > Worker.Patience) throw new TimeoutException("The context is never collected.");
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(10); // the dispatcher's thread lingers a second
        }
    }

    /// <summary>By itself, so that no local of its caller holds anything of the context.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseAndUnload()
    {
        AssemblyLoadContext context = new("plug-in", isCollectible: true);
        _ = context.LoadFromAssemblyPath(typeof(ShmQueueOptions).Assembly.Location);
        Assembly hosting = context.LoadFromAssemblyPath(typeof(ShmQueueServiceOptions).Assembly.Location);
        Assembly plugIn = context.LoadFromAssemblyPath(typeof(UnloadTests).Assembly.Location);
        hosting.ShouldNotBe(typeof(ShmQueueServiceOptions).Assembly);
        MethodInfo span = plugIn.GetType(typeof(PlugIn).FullName!)!.GetMethod(nameof(PlugIn.Span))!;
        using (QueueFolder folder = new()) _ = span.Invoke(null, [folder.Location]);
        context.Unload();
        return new WeakReference(context);
    }

    /// <summary>What runs in the context: there, the library is the context's own.</summary>
    public static class PlugIn
    {
        public static void Span(string folder)
        {
            AssemblyLoadContext.GetLoadContext(typeof(ShmQueueServiceOptions).Assembly)!.IsCollectible.ShouldBeTrue();
            Type spans = typeof(ShmQueueServiceOptions).Assembly.GetTypes().Single(static type => type.Name is "ProcessSpans");
            object made = Activator.CreateInstance(spans, "plug-in", folder, null, null)!;
            using IDisposable span = (IDisposable)spans.GetMethod("Begin")!.Invoke(made, [null])!;
        }
    }
}
