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
        string code = Listing("RunHot TryEnqueue TryDequeue", "passed 1000", "hot", "1000");
        code.ShouldContain("RunHot");
        string[] calls = [.. Calls().Matches(code).Select(c => c.Value)];
        calls.ShouldNotContain(c => c.Contains("TypedShmQueue.", StringComparison.Ordinal) && !Cold().IsMatch(c), string.Join('\n', calls));
        // The rare branches are calls, so the listing does show calls.
        calls.ShouldContain(c => c.Contains("TryDequeueAgain", StringComparison.Ordinal), string.Join('\n', calls));
    }

    /// <summary>
    /// On arm64 a release is a store of its own kind, an acquire a load of its own kind, and a swap has both: the hot path has as many of
    /// them as the source. (On x64 the processor keeps that order by itself.)
    /// </summary>
    [OptimizedFact]
    public void Hot_path_has_the_instructions_that_order_it_on_arm64()
    {
        Create(capacity: 16);
        string code = Listing("RunHot TryEnqueue TryDequeue", "passed 1000", "hot", "1000");
        if (!IsArm64(code)) return;
        // Sending: two words of the intent, the message's word, the intent's end; or mark, word, tail, mark. Taking: a store of head.
        bool isSwapped = typeof(TConsumers) != typeof(OneWaitingConsumer);
        Times(code, "stlu?r").ShouldBeGreaterThanOrEqualTo(4 + (isSwapped ? 0 : 1), code);
        // Sending: tail or the mark, and closed. Taking: the message's word, and head where others move it.
        Times(code, "ldap?u?r").ShouldBeGreaterThanOrEqualTo(3 + (isSwapped ? 1 : 0), code);
        Times(code, "casal").ShouldBeGreaterThanOrEqualTo((OneProducer ? 0 : 1) + (isSwapped ? 1 : 0), code);
    }

    /// <summary>What each access that orders others is compiled to, one by one.</summary>
    [OptimizedFact]
    public void Each_access_is_compiled_to_the_instruction_that_orders_it()
    {
        Create(capacity: 16);
        string code = Listing("Primitive* TryHeavy", "done", "primitives");
        bool isArm64 = IsArm64(code);
        (string Method, string OnArm64, string OnX64)[] expected =
        [
            ("PrimitiveLoad", "ldap?u?r", "mov"),
            ("PrimitiveStore", "stlu?r", "mov"),
            ("PrimitiveSwap", "casal", "lock\\W+cmpxchg"),
            ("PrimitiveLoadMark", "ldap?u?r", "mov"),
            ("PrimitiveStoreMark", "stlu?r", "mov"),
            ("PrimitiveSwapMark", "casal", "lock\\W+cmpxchg"),
            ("PrimitiveAdd", "ldaddal", "lock"),
            ("PrimitiveReadBehindFence", "dmb\\s+ishld", "mov"),
            ("PrimitiveOwn", "stlu?rb", "mov"),
            ("TryHeavy", "dmb\\s+ish\\b", "lock"), // before the fence of the others
        ];
        Dictionary<string, string> bodies = code.Split("; Assembly listing for method ").Skip(1)
            .ToDictionary(static body => Named().Match(body).Groups["name"].Value, StringComparer.Ordinal);
        foreach ((string method, string onArm64, string onX64) in expected)
        {
            bodies.ShouldContainKey(method);
            Times(bodies[method], isArm64 ? onArm64 : onX64).ShouldBeGreaterThanOrEqualTo(1, bodies[method]);
        }
    }

    /// <summary>Neither the labels that tests die at, nor the calls that would carry them, are in what users get.</summary>
    [OptimizedFact]
    public void Release_build_has_no_labels() => StepLabels.Runtime.ShouldBeEmpty();

    private string Listing(string methods, string says, string act, string argument = "0")
    {
        string listing = Path.Combine(Folder.Location, "listing");
        using PeerProcess peer = PeerProcess.Start(Arguments(act, argument),
            under: ["DOTNET_TieredCompilation=0", $"DOTNET_JitStdOutFile={listing}", $"DOTNET_JitDisasm={methods}"]);
        peer.Hear(says);
        peer.WaitForSuccess();
        return File.ReadAllText(listing);
    }

    private static bool IsArm64(string code) => code.Contains("generic ARM64", StringComparison.Ordinal);

    private static int Times(string code, string instruction) =>
        Regex.Count(code, $@"^\s+{instruction}\b", RegexOptions.Multiline, TimeSpan.FromSeconds(10));

    [GeneratedRegex(@"^[^\n]*?:(?<name>\w+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Named();

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
