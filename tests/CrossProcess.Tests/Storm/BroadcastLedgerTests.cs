using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>A check that cannot fail counts as none: the books of a broadcast storm find what it must not do.</summary>
public sealed class BroadcastLedgerTests
{
    private static readonly StormSubscription s_lossy = StormSubscription.Of("lossy"), s_waitedFor = StormSubscription.Of("waited-for"),
        s_held = StormSubscription.Of("held");

    private readonly BroadcastLedger _ledger = new(displaces: false);

    public BroadcastLedgerTests()
    {
        // Position 2 has no message.
        foreach ((long position, long sequence) in ((long, long)[])[(0, 0), (1, 1), (3, 2), (4, 3), (5, 4)])
            _ledger.Witnessed(position, 7, sequence);
        _ledger.WitnessEnded(6, 0);
        _ledger.Sent(7, acknowledged: 5, begun: 5);
    }

    [Fact]
    public void All_taken_or_counted_as_missed_balances()
    {
        Live(s_lossy, 0, Begin(0), Call(2, 0, 0, 1), Call(6, 1, 3, 4));
        Live(s_waitedFor, 0, Begin(3), Call(6, 0, 2, 3, 4));
        StormBalance balance = _ledger.Balance(0);
        balance.Faults.ShouldBeEmpty();
        (balance.Sent, balance.Taken, balance.Missed, balance.Held).ShouldBe((5, 7, 1, 0));
    }

    [Fact]
    public void Missing_message_is_found()
    {
        Live(s_lossy, 0, Begin(0), Call(6, 0, 0, 1, 3, 4));
        Fault().ShouldContain("lacks 1 messages");
    }

    [Fact]
    public void Miscounted_message_is_found()
    {
        Live(s_lossy, 0, Begin(0), Call(6, 2, 0, 1, 3, 4));
        Fault().ShouldContain("counted 2");
    }

    [Fact]
    public void Doubled_message_is_found()
    {
        Live(s_lossy, 0, Begin(0), Call(4, 0, 0, 1, 2, 2));
        _ledger.Balance(0).Faults[0].ShouldContain("7/2 came twice");
    }

    [Fact]
    public void Reordered_messages_are_found()
    {
        Live(s_lossy, 0, Begin(0), Call(4, 0, 1, 0, 2));
        Fault().ShouldContain("7/0 of position 0");
    }

    [Fact]
    public void Message_that_nobody_sent_is_found()
    {
        Live(s_lossy, 0, Begin(6), Call(6, 0, 9));
        _ledger.Balance(0).Faults[0].ShouldContain("never sent");
    }

    [Fact]
    public void Message_missed_by_who_is_waited_for_is_found()
    {
        Live(s_waitedFor, 0, Begin(0), Call(6, 1, 0, 1, 3, 4));
        Fault().ShouldContain("for which producers wait");
    }

    [Fact]
    public void Successor_of_a_named_one_may_lack_what_was_in_hand_and_no_more()
    {
        Live(s_held, 1, Begin(0), Call(1, 0, 0));
        Live(s_held, 0, Begin(3), Call(6, 0, 2, 3, 4));
        StormBalance balance = _ledger.Balance(0);
        balance.Faults.ShouldBeEmpty();
        balance.Held.ShouldBe(1);
        Live(s_held, 1, Begin(6), Call(6, 0));
        Live(s_held, 0, Begin(5), Call(6, 0, 4));
        _ledger.Balance(0).Faults.ShouldNotBeEmpty();
    }

    [Fact]
    public void Acknowledged_message_that_did_not_come_to_the_witness_is_found()
    {
        _ledger.Sent(7, acknowledged: 6, begun: 6);
        Fault().ShouldContain("7/5");
    }

    private static SubscriberEvent Begin(long position) => new(true, position, 0, []);

    private static SubscriberEvent Call(long position, long missed, params long[] sequences) =>
        new(false, position, missed, [.. sequences.Select(s => (7, s))]);

    private void Live(StormSubscription kind, long inHand, params SubscriberEvent[] events) => _ledger.Lived(kind, events, inHand);

    private string Fault() => _ledger.Balance(0).Faults[0];
}
