using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Broadcast;
using TypedShmQueue.Stepper.Tests.Faults;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;
using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>The real gating and subscriptions, one shared access at a time, over all interleavings within the bounds.</summary>
public abstract class BroadcastTests<TProducers>(ITestOutputHelper output)
    where TProducers : struct, IProducerRole
{
    /// <summary>Program, preemptions, deaths.</summary>
    private static readonly (string Program, int Preemptions, int Deaths)[] s_all =
    [
        ("2 2: e | d", 2, 0),
        ("2 2: e | d", 1, 1),
        ("2 2: e e | d2", 1, 0),
        ("2 2: e | d | d", 1, 0),
        ("2 2: s | d", 2, 0),
        ("2 2: s s | d d", 1, 0),
        ("2 1: e | s s | d", 1, 1),
        ("2 2: e | b d", 2, 0),
        ("2 2: e | b d", 1, 1),
        ("2 2: e e | b d", 1, 0),
        ("2 2: e | l d", 1, 1),
        ("2 2: e | d | b", 1, 0),
        ("2 2: e | d u", 1, 1),
        ("2 2: s | b d", 1, 0),
        ("2 0: a e | d d", 1, 0),
        ("2 1: a s s | d", 1, 0),
        ("2 1: a s s | l d", 1, 0),
        ("2 2: s | x | d", 2, 0),
        ("2 2: s | x | d | d", 1, 0),
        ("2 2: s | s | x", 2, 0),
        ("2 2: s | d | d", 1, 1),
        ("2 2: s | x | d d d", 1, 1),
        ("2 2: s | s | d d", 1, 1),
        ("2 2: e | e | d", 1, 0),
        ("2 2: s | s | d", 1, 0),
        ("2 2: e | p p", 1, 1),
        ("2 2: s | p p", 2, 0),
    ];

    public static TheoryData<string, int, int> Programs()
    {
        TheoryData<string, int, int> programs = [];
        foreach ((string program, int preemptions, int deaths) in s_all)
        {
            if (typeof(TProducers) == typeof(OneProducer) && ProgramText.Parse(program).Threads.Count(t => t.Produces) > 1) continue;
            programs.Add(program, preemptions + (Repertoire.IsLong ? 1 : 0), deaths);
        }

        return programs;
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_subscription_can_account_for_everything(string program, int preemptions, int deaths)
    {
        long start = Stopwatch.GetTimestamp();
        using BroadcastExploration<TProducers, SteppingMemory> exploration = new(ProgramText.Parse(program));
        if (exploration.FindFailure(preemptions, deaths) is { } failure) Assert.Fail(failure);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{exploration.Runs} interleavings, {exploration.Deaths} with a death, {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s"));
    }
}

public sealed class BroadcastTests_ManyProducers(ITestOutputHelper output) : BroadcastTests<ManyProducers>(output);
public sealed class BroadcastTests_OneProducer(ITestOutputHelper output) : BroadcastTests<OneProducer>(output);

/// <summary>Each of these takes one edge out, and must be found.</summary>
public sealed class BroadcastFaultTests
{
    [Fact]
    public void Copy_without_a_look_at_head_is_found() => Find<UncheckedCopyMemory>("2 2: s | d");

    [Fact]
    public void Displacing_that_is_not_said_is_found() => Find<SilentDisplacingMemory>("2 2: s | d");

    [Fact]
    public void Head_moved_before_the_floor_is_announced_is_found() => Find<HeadFirstMemory>("2 2: e | b d");

    [Fact]
    public void Living_subscriber_taken_for_dead_is_found() => Find<SteppingMemory>("2 2: e | d", mistakesTheLiving: true);

    private static void Find<TMemory>(string program, bool mistakesTheLiving = false) where TMemory : struct, IMemory
    {
        using BroadcastExploration<ManyProducers, TMemory> exploration = new(ProgramText.Parse(program), mistakesTheLiving);
        exploration.FindFailure(preemptions: 2, deaths: 0).ShouldNotBeNull();
    }
}
