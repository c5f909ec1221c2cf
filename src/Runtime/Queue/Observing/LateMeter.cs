using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.Queue.Observing;

/// <summary>
/// The meter, which is made after the opening of the first queue and not in it: its forty instruments take longer than all the rest, and
/// most processes have nobody who listens to them.
/// </summary>
/// <remarks>
/// Listeners learn of instruments that come after them, so the only difference is when. Where a listener may be there already, since the
/// library for metrics is loaded, there is no difference.
/// </remarks>
internal static class LateMeter
{
    private const string Library = "System.Diagnostics.DiagnosticSource,";

    private static volatile bool s_isMade;

    /// <summary>A queue was opened: makes the meter if somebody may listen, or if it must not come later.</summary>
    public static void MakeIfListenedTo()
    {
        if (s_isMade) return;
        bool isListenedTo = MustNotBeLate;
        foreach (Assembly loaded in AppDomain.CurrentDomain.GetAssemblies())
            isListenedTo |= loaded.FullName?.StartsWith(Library, StringComparison.Ordinal) == true;
        if (isListenedTo) Make();
    }

    /// <summary>
    /// A host may unload this library as soon as it has disposed of the queue; a meter that is made after that would keep it.
    /// </summary>
    public static bool MustNotBeLate => typeof(LateMeter).Assembly.IsCollectible;

    /// <summary>A call has waited. What waited before there was an instrument for it is not reported.</summary>
    /// <inheritdoc cref="QueueMeter.Waited" path="/param"/>
    public static void Waited(ObservedPlace place, string operation, long took)
    {
        if (s_isMade) QueueMeter.Waited(place, operation, took);
    }

    /// <summary>Makes it now, or waits for whoever is making it.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Listeners learn of each instrument " +
        "on this thread; an error of theirs must not end the process.")]
    public static void Make()
    {
        if (s_isMade) return;
        try
        {
            RuntimeHelpers.RunClassConstructor(typeof(QueueMeter).TypeHandle);
            s_isMade = true;
        }
        catch (Exception)
        {
            // The instruments up to the listener's error are there.
        }
    }
}
