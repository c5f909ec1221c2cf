namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>A check that cannot fail counts as none: the storm's books find what a storm must not do.</summary>
public sealed class QueueLedgerTests
{
    private readonly QueueLedger _ledger = new();

    [Fact]
    public void Each_message_taken_once_in_order_balances()
    {
        Take(consumer: 0, 0, 1, 3);
        Take(consumer: 1, 2, 4);
        _ledger.Sent(7, acknowledged: 5, begun: 5);
        StormBalance balance = _ledger.Balance(0);
        balance.Faults.ShouldBeEmpty();
        (balance.Sent, balance.Taken, balance.Held).ShouldBe((5, 5, 0));
    }

    [Fact]
    public void Missing_message_is_found()
    {
        Take(consumer: 0, 0, 1, 3);
        _ledger.Sent(7, acknowledged: 4, begun: 4);
        Fault().ShouldContain("7/2");
    }

    [Fact]
    public void Doubled_message_is_found()
    {
        Take(consumer: 0, 0, 1, 2);
        Take(consumer: 1, 1);
        _ledger.Sent(7, acknowledged: 3, begun: 3);
        Fault().ShouldContain("7/1 came twice");
    }

    [Fact]
    public void Reordered_messages_are_found()
    {
        Take(consumer: 0, 0, 2, 1);
        _ledger.Sent(7, acknowledged: 3, begun: 3);
        Fault().ShouldContain("7/1 came to seat 0 after 7/2");
    }

    [Fact]
    public void Message_that_nobody_sent_is_found()
    {
        Take(consumer: 0, 0, 1);
        _ledger.Sent(7, acknowledged: 1, begun: 1);
        Fault().ShouldContain("7/1 came, and was never sent");
    }

    [Fact]
    public void Unacknowledged_messages_of_the_dead_may_come_or_not()
    {
        Take(consumer: 0, 0, 1, 2, 5);
        _ledger.Sent(7, acknowledged: 2, begun: 5);
        _ledger.Sent(7, acknowledged: 6, begun: 6);
        StormBalance balance = _ledger.Balance(0);
        balance.Faults.ShouldBeEmpty();
        (balance.Sent, balance.Unacknowledged).ShouldBe((3, 1));
    }

    [Fact]
    public void Dead_consumer_accounts_for_what_its_call_could_take_and_no_more()
    {
        Take(consumer: 0, 0, 3);
        _ledger.Sent(7, acknowledged: 4, begun: 4);
        _ledger.DiedHolding(2);
        _ledger.Balance(0).Faults.ShouldBeEmpty();
        _ledger.Sent(7, acknowledged: 5, begun: 5);
        Fault().ShouldContain("3 acknowledged messages are missing");
    }

    [Fact]
    public void Displaced_messages_are_accounted_for_by_who_got_them_or_by_the_count()
    {
        Take(consumer: 0, 2, 3);
        _ledger.Displaced(7, 7, 1);
        _ledger.Sent(7, acknowledged: 4, begun: 4);
        _ledger.Balance(2).Faults.ShouldBeEmpty();
        _ledger.Balance(1).Faults.ShouldHaveSingleItem().ShouldContain("7/0");
    }

    private void Take(int consumer, params long[] sequences)
    {
        foreach (long sequence in sequences) _ledger.Taken(consumer, 7, sequence);
    }

    private string Fault() => _ledger.Balance(0).Faults.ShouldHaveSingleItem();
}
