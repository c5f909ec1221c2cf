using System.Runtime.Loader;

namespace TypedShmQueue.Queue.Observing;

/// <summary>
/// The end of this assembly in a process that goes on: a host may load it into a collectible <see cref="AssemblyLoadContext"/>, and unload
/// that. Whatever the runtime keeps of ours keeps the whole context, so it is taken back when the host asks for the unloading.
/// </summary>
internal static class UnloadingLibrary
{
    /// <summary>Disposes what lives as long as the library, when that ends before the process does.</summary>
    public static void Disposes(IDisposable kept)
    {
        if (AssemblyLoadContext.GetLoadContext(typeof(UnloadingLibrary).Assembly) is not { IsCollectible: true } context) return;
        context.Unloading += _ => kept.Dispose();
    }
}
