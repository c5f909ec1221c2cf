using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>A check that cannot fail counts as none: the books of a storm of workers find what must not happen.</summary>
public sealed class LeaseLedgerTests
{
    private const LeaseEventKind Taken = LeaseEventKind.Taken, Giving = LeaseEventKind.GivingBack, Done = LeaseEventKind.Acknowledged,
        Ending = LeaseEventKind.Acknowledging;

    private readonly LeaseLedger _ledger = new();

    [Fact]
    public void Message_that_is_given_back_and_then_done_balances()
    {
        Live(killed: false, (Taken, 0, 1), (Giving, 0, 1), (Taken, 1, 1), (Done, 1, 1));
        Live(killed: false, (Taken, 0, 2), (Ending, 0, 2), (Done, 0, 2));
        StormBalance balance = Balance(2);
        balance.Faults.ShouldBeEmpty();
        (balance.Sent, balance.Taken, balance.Held).ShouldBe((2, 3, 1));
    }

    [Fact]
    public void Message_of_the_dead_comes_again()
    {
        Live(killed: true, (Taken, 0, 1));
        Live(killed: false, (Taken, 0, 2), (Done, 0, 2));
        Balance(1).Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Killed_in_the_middle_of_acknowledging_it_may_be_done_or_not()
    {
        Live(killed: true, (Taken, 0, 1), (Ending, 0, 1), (Taken, 1, 1), (Ending, 1, 1));
        Live(killed: false, (Taken, 1, 2), (Done, 1, 2));
        Balance(2).Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Lost_message_is_found()
    {
        Live(killed: false, (Taken, 0, 1), (Done, 0, 1));
        Balance(2).Faults.ShouldHaveSingleItem().ShouldContain("7/1");
    }

    [Fact]
    public void Message_that_stays_with_the_dead_is_found()
    {
        Live(killed: true, (Taken, 0, 1));
        Balance(1).Faults.ShouldHaveSingleItem().ShouldContain("never acknowledged");
    }

    [Fact]
    public void Message_in_two_living_hands_is_found()
    {
        Live(killed: false, (Taken, 0, 1), (Done, 1, 1));
        Live(killed: false, (Taken, 0, 2), (Done, 0, 2), (Taken, 1, 2));
        Balance(2).Faults.ShouldContain(f => f.Contains("in the hands of a living worker"));
    }

    [Fact]
    public void Acknowledged_message_that_comes_again_is_found()
    {
        Live(killed: true, (Taken, 0, 1), (Ending, 0, 1), (Done, 0, 1));
        Live(killed: false, (Taken, 0, 2), (Done, 0, 2));
        Balance(1).Faults.ShouldHaveSingleItem().ShouldContain("acknowledged in delivery 1, and came again");
    }

    [Fact]
    public void Delivery_that_comes_twice_is_found()
    {
        Live(killed: true, (Taken, 0, 1));
        Live(killed: false, (Taken, 0, 1), (Done, 0, 1));
        Balance(1).Faults.ShouldHaveSingleItem().ShouldContain("twice as delivery 1");
    }

    [Fact]
    public void Delivery_that_nobody_had_is_found_unless_somebody_died_in_a_take()
    {
        Live(killed: false, (Taken, 0, 2), (Done, 0, 2));
        Balance(1).Faults.ShouldHaveSingleItem().ShouldContain("in no log");
        LeaseLedger another = new();
        another.Lived([], killed: true, inHand: 1);
        another.Lived([new(Taken, 7, 0, 2), new(Done, 7, 0, 2)], killed: false, inHand: 0);
        another.Sent(7, 1, 1);
        another.Balance(0).Faults.ShouldBeEmpty();
    }

    [Fact]
    public void Message_that_nobody_sent_is_found()
    {
        Live(killed: false, (Taken, 0, 1), (Done, 0, 1));
        Balance(0).Faults.ShouldContain(f => f.Contains("never sent"));
    }

    private void Live(bool killed, params (LeaseEventKind Kind, long Sequence, int Delivery)[] events) =>
        _ledger.Lived(events.Select(e => new LeaseEvent(e.Kind, 7, e.Sequence, e.Delivery)), killed, inHand: 0);

    private StormBalance Balance(long sent)
    {
        _ledger.Sent(7, sent, sent);
        return _ledger.Balance(0);
    }
}
