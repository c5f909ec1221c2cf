using System.Globalization;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Broadcast;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;
using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>
/// Calls of the real ring throw, at each step that can (a reader allocates, the system is asked who lives), over all interleavings within
/// the bounds. The caller lives on with the same handle: what it makes next, and what it finds at the end, must be as if the failed call
/// had never been.
/// </summary>
public abstract class ThrowTests<TProducers, TConsumers>(ITestOutputHelper output)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Program, preemptions, deaths, throws.</summary>
    private static readonly (string Program, int Preemptions, int Deaths, int Throws)[] s_all =
    [
        ("2 2: t t | e", 2, 0, 2),
        ("2 1: p t | e e", 2, 0, 2),
        ("2 2: t d e | p", 1, 0, 2),
        ("2 2: t | t | e", 1, 0, 2),
        ("2 2: s | t", 2, 0, 1),
        ("2 2: s s | t t", 1, 0, 1),
        ("2 2: s | s | t", 1, 0, 1),
        // Whoever looks closer asks who lives.
        ("2 0: e | t i i t", 2, 0, 2),
        ("2 0: c | d i i d", 2, 0, 1),
        ("2 0: e | d i i t", 1, 1, 1),
        ("4 0: e3 | d i i d2", 1, 1, 1),
        ("2 1: e x | t i i t i i", 1, 1, 1),
        ("2 2: s | c | i i t", 1, 0, 1),
        ("2 0: e | j e | t i i t", 1, 1, 1),
    ];

    public static TheoryData<string, int, int, int> Programs()
    {
        TheoryData<string, int, int, int> programs = [];
        foreach ((string program, int preemptions, int deaths, int throws) in s_all)
        {
            bool oneConsumer = typeof(TConsumers) != typeof(ManyConsumers), displaces = typeof(TConsumers) != typeof(OneWaitingConsumer);
            if (!ProgramText.Parse(program).Suits(typeof(TProducers) == typeof(OneProducer), oneConsumer, displaces)) continue;
            programs.Add(program, preemptions + (Repertoire.IsLong ? 1 : 0), deaths, throws);
        }

        return programs;
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Call_that_throws_has_done_nothing(string program, int preemptions, int deaths, int throws)
    {
        using Exploration<TProducers, TConsumers, SteppingMemory> exploration = new(ProgramText.Parse(program));
        if (exploration.FindFailure(preemptions, deaths, throws) is { } failure) Assert.Fail(failure);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{exploration.Runs} interleavings, in {exploration.Throws} of them a call threw"));
    }

    /// <summary>A run in which nothing throws shows nothing of this.</summary>
    [Fact]
    public void Calls_do_throw()
    {
        using Exploration<TProducers, TConsumers, SteppingMemory> exploration = new(ProgramText.Parse("2 2: t t | e"));
        exploration.FindFailure(preemptions: 0, deaths: 0, throws: 1).ShouldBeNull();
        exploration.Throws.ShouldBeGreaterThan(0);
    }
}

public sealed class ThrowTests_ManyProducers_ManyConsumers(ITestOutputHelper output) : ThrowTests<ManyProducers, ManyConsumers>(output);
public sealed class ThrowTests_ManyProducers_OneConsumer(ITestOutputHelper output) : ThrowTests<ManyProducers, OneConsumer>(output);
public sealed class ThrowTests_ManyProducers_OneWaitingConsumer(
    ITestOutputHelper output) : ThrowTests<ManyProducers, OneWaitingConsumer>(output);
public sealed class ThrowTests_OneProducer_ManyConsumers(ITestOutputHelper output) : ThrowTests<OneProducer, ManyConsumers>(output);
public sealed class ThrowTests_OneProducer_OneConsumer(ITestOutputHelper output) : ThrowTests<OneProducer, OneConsumer>(output);
public sealed class ThrowTests_OneProducer_OneWaitingConsumer(
    ITestOutputHelper output) : ThrowTests<OneProducer, OneWaitingConsumer>(output);

/// <summary>As <see cref="ThrowTests{TProducers, TConsumers}"/>, for broadcast.</summary>
public abstract class BroadcastThrowTests<TProducers>(ITestOutputHelper output)
    where TProducers : struct, IProducerRole
{
    [Theory]
    [InlineData("2 2: e | t t", 2, 0, 2)]
    [InlineData("2 2: e | p p", 2, 0, 2)]
    [InlineData("2 2: s | t p", 1, 0, 2)]
    [InlineData("2 1: e e | t i i t", 1, 0, 1)]
    [InlineData("2 0: e | t i i t", 1, 1, 1)]
    [InlineData("2 2: e e | b t", 1, 1, 1)]
    [InlineData("2 2: e | d | t", 1, 1, 1)]
    public void Call_that_throws_has_done_nothing(string program, int preemptions, int deaths, int throws)
    {
        using BroadcastExploration<TProducers, SteppingMemory> exploration = new(ProgramText.Parse(program));
        if (exploration.FindFailure(preemptions + (Repertoire.IsLong ? 1 : 0), deaths, throws) is { } failure) Assert.Fail(failure);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{exploration.Runs} interleavings, in {exploration.Throws} of them a call threw"));
        exploration.Throws.ShouldBeGreaterThan(0);
    }
}

public sealed class BroadcastThrowTests_ManyProducers(ITestOutputHelper output) : BroadcastThrowTests<ManyProducers>(output);
public sealed class BroadcastThrowTests_OneProducer(ITestOutputHelper output) : BroadcastThrowTests<OneProducer>(output);

/// <summary>Each of these leaves a repair out that is due when a call throws, and must be found.</summary>
public sealed class ThrowFaultTests(ITestOutputHelper output)
{
    [RepairTheory]
    [InlineData("2 2: t t | e")]
    [InlineData("2 1: p t | e")]
    public void Consumer_s_mark_that_stays_when_a_reader_throws_is_found(string program) => Find<ManyProducers>(program, deaths: 0);

    [RepairFact]
    public void Consumer_s_mark_that_stays_when_the_system_does_not_say_who_lives_is_found() =>
        Find<ManyProducers>("2 0: c | d i i d", deaths: 0);

    [RepairTheory]
    [InlineData("2 2: e | t t")]
    [InlineData("2 2: e | p p")]
    [InlineData("2 0: e | t i i t")]
    public void Subscription_s_mark_that_stays_is_found(string program)
    {
        using BroadcastExploration<ManyProducers, SteppingMemory> exploration = new(ProgramText.Parse(program));
        output.WriteLine(exploration.FindFailure(preemptions: 1, deaths: 0, throws: 1, withoutRepair: "subscription's mark")
            .ShouldNotBeNull());
    }

    private void Find<TProducers>(string program, int deaths) where TProducers : struct, IProducerRole
    {
        using Exploration<TProducers, OneWaitingConsumer, SteppingMemory> exploration = new(ProgramText.Parse(program));
        output.WriteLine(exploration.FindFailure(preemptions: 1, deaths, throws: 1, withoutRepair: "consumer's mark").ShouldNotBeNull());
    }
}

/// <summary>A test that leaves a repair out: a Release build has no labels to do so at.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RepairFactAttribute : FactAttribute
{
    public RepairFactAttribute() => Skip = RepairTheoryAttribute.Reason;
}

/// <inheritdoc cref="RepairFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RepairTheoryAttribute : TheoryAttribute
{
#if DEBUG
    public const string? Reason = null;
#else
    public const string? Reason = "Needs the labels of a Debug build.";
#endif

    public RepairTheoryAttribute() => Skip = Reason;
}
