using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Faults;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;
using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>A check that cannot fail counts as none: each of these takes one edge out of the protocol, and must be found.</summary>
public sealed class SeededFaultTests(ITestOutputHelper output)
{
    [Fact]
    public void Intent_stored_after_the_claim_is_found() =>
        Find<LateIntentProducers, ManyConsumers, SteppingMemory>("2 0: e | d i i d", preemptions: 2);

    [Fact]
    public void Intent_cleared_before_the_word_is_found() =>
        Find<EarlyReleaseProducers, ManyConsumers, SteppingMemory>("2 0: e | d i i d", preemptions: 2);

    [Fact]
    public void Tombstone_stored_and_not_swapped_is_found() =>
        Find<ManyProducers, ManyConsumers, TombstoneStoringMemory>("2 0: e | d i i d", preemptions: 2);

    [Fact]
    public void Slot_freed_before_the_copy_is_found() =>
        Find<ManyProducers, FreesFirstConsumers, SteppingMemory>("2 2: e | d", preemptions: 2);

    [Fact]
    public void Word_before_its_message_is_found() =>
        Find<ManyProducers, ManyConsumers, WordFirstMemory>("2 0: e | d", preemptions: 2);

    [Fact]
    public void Head_stored_by_one_of_many_consumers_is_found() =>
        Find<ManyProducers, StoringConsumers, SteppingMemory>("2 2: d | d", preemptions: 2);

    [Fact]
    public void Head_stored_by_a_reader_in_place_that_is_overtaken_is_found() =>
        Find<ManyProducers, StoringConsumers, SteppingMemory>("2 2: s | r", preemptions: 2);

    [Fact]
    public void Line_owned_by_storing_the_whole_word_is_found() =>
        Find<ManyProducers, ManyConsumers, WholeWordOwningMemory>("2 2: d d | e d", preemptions: 2);

    [Fact]
    public void Tail_told_before_the_words_by_a_dying_producer_is_found() =>
        Find<TailFirstProducer, ManyConsumers, SteppingMemory>("2 0: e | d", preemptions: 1, deaths: 1);

    [Fact]
    public void Living_process_taken_for_dead_is_found() =>
        Find<ManyProducers, ManyConsumers, SteppingMemory>("2 0: e | d i i d", preemptions: 2, mistakesTheLiving: true);

    [Fact]
    public void Found_fault_replays_from_its_schedule()
    {
        ProgramText program = ProgramText.Parse("2 0: e | d i i d");
        using Exploration<LateIntentProducers, ManyConsumers, SteppingMemory> exploration = new(program);
        string failure = exploration.FindFailure(preemptions: 2, deaths: 0).ShouldNotBeNull();
        string[] replay = failure.Split('\n')[2].Split(';');
        string[] bounds = replay[2].Trim().Split(' ');
        Bounds given = new(int.Parse(bounds[0], null), int.Parse(bounds[1], null));
        Assert.Equal(failure, exploration.Replay(replay[3].Trim(), given));
        // Another schedule of the same program is right.
        exploration.Replay("", given).ShouldBeNull();
    }

    private void Find<TProducers, TConsumers, TMemory>(string program, int preemptions, int deaths = 0, bool mistakesTheLiving = false)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
        where TMemory : struct, IMemory
    {
        using Exploration<TProducers, TConsumers, TMemory> exploration = new(ProgramText.Parse(program), mistakesTheLiving);
        string failure = exploration.FindFailure(preemptions, deaths).ShouldNotBeNull();
        output.WriteLine(failure);
    }
}
