using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>A check that cannot fail counts as none: the books of a storm with power failures find what must not happen.</summary>
public sealed class DurableLedgerTests
{
    private const LeaseEventKind Taken = LeaseEventKind.Taken, Done = LeaseEventKind.Acknowledged, Ending = LeaseEventKind.Acknowledging,
        Careful = LeaseEventKind.Careful, Hasty = LeaseEventKind.Hasty, Flushed = LeaseEventKind.Flushed;

    private readonly DurableLedger _ledger = new();

    [Fact]
    public void What_was_not_flushed_may_come_again_after_a_power_failure()
    {
        Live((Careful, 0), (Taken, 0), (Ending, 0), (Done, 0));
        _ledger.LostPower(4);
        Live((Hasty, 0), (Taken, 0), (Ending, 0), (Done, 0), (Flushed, 0));
        _ledger.Recovered(4);
        Balance(1, 1).ShouldBeEmpty();
    }

    [Fact]
    public void What_nobody_reported_as_committed_may_be_gone()
    {
        Live((Hasty, 0), (Taken, 0), (Taken, 1));
        _ledger.LostPower(4);
        Balance(0, 2).ShouldBeEmpty();
    }

    [Fact]
    public void Killed_in_the_middle_of_acknowledging_it_may_be_done()
    {
        Live((Hasty, 0), (Taken, 0), (Ending, 0));
        Balance(1, 1).ShouldBeEmpty();
    }

    [Fact]
    public void Lost_message_is_found()
    {
        Live((Careful, 0), (Taken, 0), (Ending, 0), (Done, 0));
        Balance(2, 2).ShouldHaveSingleItem().ShouldContain("7/1");
    }

    [Fact]
    public void Message_that_was_seen_as_committed_and_is_gone_is_found()
    {
        Live((Careful, 0), (Taken, 0));
        _ledger.LostPower(4);
        Balance(0, 1).ShouldHaveSingleItem().ShouldContain("taken back");
    }

    [Fact]
    public void Flushed_acknowledgement_that_is_undone_is_found()
    {
        Live((Hasty, 0), (Taken, 0), (Ending, 0), (Done, 0), (Flushed, 0));
        _ledger.LostPower(4);
        Live((Hasty, 0), (Taken, 0), (Ending, 0), (Done, 0));
        Balance(1, 1).ShouldHaveSingleItem().ShouldContain("flushed");
    }

    [Fact]
    public void Acknowledged_twice_without_a_power_failure_is_found()
    {
        Live((Hasty, 0), (Taken, 0), (Ending, 0), (Done, 0));
        Live((Hasty, 0), (Taken, 0), (Ending, 0), (Done, 0));
        Balance(1, 1).ShouldHaveSingleItem().ShouldContain("twice");
    }

    [Fact]
    public void Invented_message_is_found()
    {
        Live((Hasty, 0), (Taken, 3), (Ending, 3), (Done, 3));
        Balance(0, 3).ShouldHaveSingleItem().ShouldContain("never sent");
    }

    [Fact]
    public void Queue_that_goes_back_is_found()
    {
        _ledger.LostPower(9);
        _ledger.Recovered(8);
        Balance(0, 0).ShouldHaveSingleItem().ShouldContain("9 was committed");
    }

    private void Live(params (LeaseEventKind Kind, long Sequence)[] events) =>
        _ledger.Lived([.. events.Select(e => new LeaseEvent(e.Kind, 7, e.Sequence, 1))]);

    private IReadOnlyList<string> Balance(long acknowledged, long begun)
    {
        _ledger.Sent(7, acknowledged, begun);
        return _ledger.Balance(0).Faults;
    }
}
