using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// That the ring takes its shared accesses through a type parameter costs nothing: in the machine code of sending and taking a message
/// there is no call to it, nor to a role.
/// </summary>
public abstract partial class MachineCodeTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [OptimizedFact]
    public void Hot_path_calls_no_memory_and_no_role()
    {
        Create(capacity: 16);
        string listing = Path.Combine(Folder.Location, "listing");
        using PeerProcess peer = PeerProcess.Start(Arguments("hot", "1000"),
            under: ["env", "DOTNET_TieredCompilation=0", $"DOTNET_JitStdOutFile={listing}",
                "DOTNET_JitDisasm=RunHot TryEnqueue TryDequeue"]);
        peer.Hear("passed 1000");
        peer.WaitForSuccess();

        string code = File.ReadAllText(listing);
        code.ShouldContain("RunHot");
        string[] calls = [.. Calls().Matches(code).Select(c => c.Value)];
        calls.ShouldNotContain(c => c.Contains("TypedShmQueue.", StringComparison.Ordinal) && !Cold().IsMatch(c), string.Join('\n', calls));
        // The rare branches are calls, so the listing does show calls.
        calls.ShouldContain(c => c.Contains("TryDequeueAgain", StringComparison.Ordinal), string.Join('\n', calls));
    }

    /// <summary>Neither the labels that tests die at, nor the calls that would carry them, are in what users get.</summary>
    [OptimizedFact]
    public void Release_build_has_no_labels() => StepLabels.Runtime.ShouldBeEmpty();

    [GeneratedRegex(@"^.*\b(call|tail\.jmp)\b.*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Calls();

    /// <summary>
    /// What a message that finds room, and one that is there, never (or one of many) come to; and what the act does around its loop.
    /// </summary>
    [GeneratedRegex(@":(ClaimOneSlowly|TryEnqueueSlowly|TryEnqueueMarked|TryDequeueSlowly|TryDequeueAgain|EnterOtherwise|TakenInStream"
        + @"|WakeAnnounced|FindOrTake|Open|Dispose|Say|\.ctor)\b", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Cold();
}

/// <summary>A test of optimised machine code: a Debug build has none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OptimizedFactAttribute : FactAttribute
{
    public OptimizedFactAttribute()
    {
        if (typeof(ShmQueueOptions).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
            Skip = "Needs a Release build: dotnet test -c Release.";
    }
}

public sealed class MachineCodeTests_ManyProducers_ManyConsumers : MachineCodeTests<ManyProducers, ManyConsumers>;
public sealed class MachineCodeTests_ManyProducers_OneConsumer : MachineCodeTests<ManyProducers, OneConsumer>;
public sealed class MachineCodeTests_ManyProducers_OneWaitingConsumer : MachineCodeTests<ManyProducers, OneWaitingConsumer>;
public sealed class MachineCodeTests_OneProducer_ManyConsumers : MachineCodeTests<OneProducer, ManyConsumers>;
public sealed class MachineCodeTests_OneProducer_OneConsumer : MachineCodeTests<OneProducer, OneConsumer>;
public sealed class MachineCodeTests_OneProducer_OneWaitingConsumer : MachineCodeTests<OneProducer, OneWaitingConsumer>;
