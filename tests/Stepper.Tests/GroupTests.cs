using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Faults;
using TypedShmQueue.Stepper.Tests.Groups;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;
using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>
/// The real consumer group, one shared access at a time, over all interleavings within the bounds: each message is acknowledged once, by
/// one living member at a time, whoever dies, and is not overwritten in its hands.
/// </summary>
public abstract class GroupTests<TProducers>(ITestOutputHelper output)
    where TProducers : struct, IProducerRole
{
    /// <summary>Program, preemptions, deaths, throws.</summary>
    private static readonly (string Program, int Preemptions, int Deaths, int Throws)[] s_all =
    [
        ("2 2: d k | d k", 2, 0, 0),
        ("2 2: d k | d k", 1, 1, 0),
        ("2 1: d k | i d k", 2, 0, 0),
        ("2 1: d k | i d k", 1, 1, 0),
        ("2 1: d g | d k", 2, 0, 0),
        ("2 1: d g d k | i d k", 1, 1, 0),
        ("2 2: d2 k2 k | i d k", 1, 1, 0),
        ("2 2: d2 k g | i d k", 1, 1, 0),
        ("2 2: d k | e | i d k", 1, 0, 0),
        ("2 2: d k | e", 2, 0, 0),
        ("2 2: d k | e", 1, 1, 0),
        ("2 2: d d k2 k | e e", 1, 0, 0),
        ("2 0: a e | d d k", 1, 1, 0),
        ("2 1: a e | d k i d k", 1, 1, 0),
        ("2 1: d k x | i d i", 1, 1, 0),
        ("2 1: d g | x i d k", 1, 1, 0),
        // A dead member's entry is taken over by one that comes later.
        ("2 2: d k | j d k", 1, 1, 0),
        ("2 2: d2 k | j i d k", 1, 1, 0),
        // An examiner is left behind by more than a lap.
        ("2 2: i d k | d k e d k e d k e", 1, 0, 0),
        ("2 2: i d k | d d k k e e d d k2", 2, 0, 0),
        ("2 1: i d k | d k a e d k e", 1, 0, 0),
        // Two move the cursor at once, a member and a producer.
        ("2 1: d k | a d e e d k d k e", 2, 0, 0),
        ("2 2: d d g k | i d k", 1, 1, 0),
        // Time is over for a member that lives.
        ("2 1: d k | w i d k", 2, 0, 0),
        ("2 1: d g | w i d k", 2, 0, 0),
        ("2 1: d k | w i d k e e d d k2 k", 1, 0, 0),
        // Producers that displace wait for the group.
        ("2 2: s | d k", 1, 1, 0),
        ("2 2: s | s | d k", 1, 0, 0),
        // Who lives? The system does not say.
        ("2 1: d i i d k | i d k", 1, 1, 1),
        ("2 0: e | d i i d k", 1, 1, 1),
    ];

    public static TheoryData<string, int, int, int> Programs()
    {
        TheoryData<string, int, int, int> programs = [];
        foreach ((string program, int preemptions, int deaths, int throws) in s_all)
        {
            if (typeof(TProducers) == typeof(OneProducer) && ProgramText.Parse(program).Threads.Count(t => t.Produces) > 1) continue;
            programs.Add(program, preemptions + (Repertoire.IsLong ? 1 : 0), deaths, throws);
        }

        return programs;
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_message_is_acknowledged_once_and_by_one_at_a_time(string program, int preemptions, int deaths, int throws)
    {
        long start = Stopwatch.GetTimestamp();
        using GroupExploration<TProducers, SteppingMemory> exploration = new(ProgramText.Parse(program));
        if (exploration.FindFailure(preemptions, deaths, throws) is { } failure) Assert.Fail(failure);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{exploration.Runs} interleavings, {exploration.Deaths} with a death, {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s"));
    }
}

public sealed class GroupTests_ManyProducers(ITestOutputHelper output) : GroupTests<ManyProducers>(output);
public sealed class GroupTests_OneProducer(ITestOutputHelper output) : GroupTests<OneProducer>(output);

/// <summary>Each of these takes one edge out, and must be found.</summary>
public sealed class GroupFaultTests
{
    [Fact]
    public void Announcement_after_the_take_is_found() => Find<LateAnnouncementMemory>("2 1: d k | i d k");

    [Fact]
    public void Entry_cleared_before_the_word_is_found() => Find<EntryFirstMemory>("2 1: d k | i d k");

    [Fact]
    public void Return_by_a_store_is_found() => Find<ReturnStoringMemory>("2 2: d d g k | i d k");

    [Fact]
    public void Delivery_that_is_not_in_the_word_is_found() => Find<UnnumberedDeliveryMemory>("2 1: d g d k | i | i d k", deaths: 1);

    [Fact]
    public void Cursor_that_is_left_behind_is_found() => Find<CursorStoringMemory>("2 1: d k | a d e e d k d k e");

    [Fact]
    public void Living_member_taken_for_dead_is_found() => Find<SteppingMemory>("2 1: d k | i d k", mistakesTheLiving: true);

    [Fact]
    public void Message_read_after_it_was_acknowledged_is_found() => Find<SteppingMemory>("2 2: d k | e", readsTooLate: true);

    private static void Find<TMemory>(string program, int deaths = 0, bool mistakesTheLiving = false, bool readsTooLate = false)
        where TMemory : struct, IMemory
    {
        using GroupExploration<ManyProducers, TMemory> exploration = new(ProgramText.Parse(program))
        {
            MistakesTheLiving = mistakesTheLiving,
            ReadsTooLate = readsTooLate,
        };
        exploration.FindFailure(preemptions: 2, deaths).ShouldNotBeNull();
    }
}
