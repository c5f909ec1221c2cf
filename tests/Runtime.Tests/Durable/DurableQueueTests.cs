using System.Runtime.InteropServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>What durable queues whose messages go to one consumer each keep, and what their calls wait for, in one process.</summary>
public sealed class DurableQueueTests : DurableParcelTests
{
    [Fact]
    public void What_was_enqueued_survives_a_power_failure()
    {
        var queue = Open();
        for (int i = 0; i < 5; i++) queue.Enqueue(P(i));
        LosePower();
        queue = Open();
        queue.Count.ShouldBe(5);
        queue.Enqueue(P(5));
        Drain(queue).ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void What_nobody_waited_for_is_lost_and_nothing_else()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        queue.Dispose();
        var hasty = Open(Options with { Durability = Durability.Cached });
        hasty.Enqueue(P(1));
        hasty.TryEnqueue(P(2)).ShouldBeTrue();
        LosePower();
        Drain(Open()).ShouldBe([0]);
    }

    [Fact]
    public void Processes_that_end_lose_nothing_whether_it_was_committed_or_not()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        queue.Dispose();
        queue = Open(Options with { Durability = Durability.Cached });
        queue.Enqueue(P(1));
        queue.Dispose();
        Drain(Open()).ShouldBe([0, 1]);
    }

    [Fact]
    public void A_batch_survives_and_so_does_one_that_goes_round()
    {
        var queue = Open();
        for (int round = 0; round < 50; round++)
        {
            queue.Enqueue(Parcels(round * 5, 5));
            if (round % 7 == 3)
            {
                LosePower();
                queue = Open();
            }

            Drain(queue).ShouldBe(Enumerable.Range(round * 5, 5).Select(i => (long)i));
            queue.Flush();
        }
    }

    [Fact]
    public void What_was_taken_comes_again_unless_it_was_committed()
    {
        var queue = Open();
        queue.Enqueue(Parcels(0, 4));
        queue.Dequeue().Sequence.ShouldBe(0);
        queue.Dequeue().Sequence.ShouldBe(1);
        queue.Flush();
        queue.Dispose();
        var hasty = Open(Options with { Durability = Durability.Cached });
        hasty.Dequeue().Sequence.ShouldBe(2);
        LosePower();
        Drain(Open()).ShouldBe([2, 3]);
    }

    [Fact]
    public void How_long_commits_take_is_counted_by_all_and_begins_anew_with_a_recovery()
    {
        var queue = Open();
        for (int i = 0; i < 3; i++) queue.Enqueue(P(i));
        queue.Enqueue(Parcels(3, 2));
        var hasty = Open(Options with { Durability = Durability.Cached });
        hasty.Enqueue(P(5));
        ShmQueueCommits commits = hasty.GetStatistics().Commits.ShouldNotBeNull();
        (commits.Count, commits.Messages, commits.Uncommitted).ShouldBe((4, 5, 1));
        Reported.Of("messaging.typedshmqueue.commits", Name).ShouldBe([4]);
        Reported.Of("messaging.typedshmqueue.committed", Name).ShouldBe([5]);
        Reported.Of("messaging.typedshmqueue.uncommitted", Name).ShouldBe([1]);
        commits.Last.ShouldBeGreaterThan(TimeSpan.Zero);
        commits.Longest.ShouldBeGreaterThanOrEqualTo(commits.Last);
        commits.Total.ShouldBeGreaterThanOrEqualTo(commits.Longest);
        commits.Mean.ShouldBeInRange(commits.Total / 5, commits.Longest);
        LosePower();
        Open().GetStatistics().Commits.ShouldBe(new ShmQueueCommits());
        using var plain = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name + ".plain", new() { Directory = Folder });
        plain.GetStatistics().Commits.ShouldBeNull();
    }

    [Fact]
    public void A_mark_is_waited_for()
    {
        var queue = Open(Options with { CommitWithin = TimeSpan.FromHours(1) });
        queue.TryEnqueue(P(0), out CommitMark mark).ShouldBeTrue();
        queue.WaitForCommit(mark);
        queue.Enqueue(P(1));
        queue.WaitForCommit(queue.GetCommitMark());
        LosePower(Open(Options with { Durability = Durability.Cached }));
        Drain(Open()).ShouldBe([0, 1]);
    }

    [Fact]
    public void A_mark_of_another_queue_is_refused_and_not_waited_for()
    {
        var queue = Open();
        using var other = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name + ".other", Options);
        other.Enqueue(Parcels(0, 5));
        other.TryEnqueue(P(5), out CommitMark mark).ShouldBeTrue();
        Worker.Run(() => Should.Throw<ArgumentException>(() => queue.WaitForCommit(mark)).Message.ShouldContain("another queue"));
        Worker.Run(() => Should.Throw<ArgumentException>(() => _ = queue.WaitForCommitAsync(mark).AsTask()));
        queue.WaitForCommit(default);
        QueueBytes bytes = QueueBytes.Of(queue);
        Worker.Run(() => Should.Throw<ArgumentException>(() => _ = bytes.WaitForCommitAsync(mark).AsTask()));
        other.Delete();
    }

    /// <summary>What was claimed in one ring says nothing of another one, whose positions may be other messages.</summary>
    [Fact]
    public async Task A_claim_that_was_sent_can_be_waited_for_and_each_ring_has_a_number()
    {
        QueueBytes bytes = QueueBytes.Of(Open(Options with { CommitWithin = TimeSpan.FromHours(1) }));
        var hasty = Open(Options with { Durability = Durability.Cached });
        long before = bytes.RingNumber, claimed = 0;
        QueueBytes.Of(hasty).TryEnqueue(MemoryMarshal.AsBytes(Parcels(0, 1).AsSpan()), ref claimed, out _).ShouldBeTrue();
        bytes.WasSent(claimed, out CommitMark mark).ShouldBe(true);
        await bytes.WaitForCommitAsync(mark).AsTask().WaitAsync(Worker.Patience);
        CutPower();
        var queue = Open();
        QueueBytes.Of(queue).RingNumber.ShouldBeGreaterThan(before);
        Drain(queue).ShouldBe([0]);
    }

    [Fact]
    public async Task Asynchronous_calls_wait_for_the_commit_too()
    {
        var queue = Open(Options with { Capacity = 256 });
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => queue.EnqueueAsync(P(i)).AsTask()));
        queue.TryEnqueue(P(100), out CommitMark mark).ShouldBeTrue();
        await queue.WaitForCommitAsync(mark);
        queue.Dequeue();
        await queue.CommitAsync();
        LosePower();
        Drain(Open()).Order().ShouldBe(Enumerable.Range(1, 100).Select(i => (long)i));
    }

    /// <summary>The pool may have no memory for one more piece of work. Those who wait learn of it, and the next one asks again.</summary>
    [Fact]
    public async Task A_call_that_gets_no_thread_to_commit_says_so_and_the_next_one_commits()
    {
        var queue = Open();
        queue.TryEnqueue(P(0), out CommitMark mark).ShouldBeTrue();
        Steps.Risked = static label =>
        {
            if (string.Equals(label, "commit: thread asked for", StringComparison.Ordinal)) throw new TimeoutException(label);
        };
        try
        {
            Should.Throw<TimeoutException>(() => _ = queue.WaitForCommitAsync(mark).AsTask());
        }
        finally
        {
            Steps.Risked = null;
        }

        await queue.WaitForCommitAsync(mark).AsTask().WaitAsync(Worker.Patience);
        LosePower();
        Drain(Open()).ShouldBe([0]);
    }

    [Fact]
    public async Task Within_the_time_that_was_asked_for_it_is_committed()
    {
        var queue = Open(Options with { CommitWithin = TimeSpan.FromMilliseconds(5) });
        queue.Enqueue(P(0));
        var committer = queue.Session.Committer!;
        for (int i = 0; i < 2000 && committer.Limit < queue.GetCommitMark().Limit; i++) await Task.Delay(5);
        committer.Limit.ShouldBe(queue.GetCommitMark().Limit);
    }

    [Fact]
    public void An_empty_batch_waits_for_nothing()
    {
        var busy = Open(Options with { Capacity = 64 });
        for (int i = 0; i < 10; i++) busy.Enqueue(P(i));
        using var other = TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(Contract, Name + ".other", Options);
        other.Enqueue([]);
        other.Delete();
    }

    [Fact]
    public async Task Many_threads_share_commits()
    {
        const int Threads = 8, Each = 50;
        var queue = Open(Options with { Capacity = 1024 });
        Task[] senders = [.. Enumerable.Range(0, Threads).Select(t => Task.Factory.StartNew(() =>
        {
            for (int i = 0; i < Each; i++) queue.Enqueue(new Parcel(t, i));
        }, TaskCreationOptions.LongRunning))];
        await Task.WhenAll(senders).WaitAsync(TimeSpan.FromSeconds(60));
        LosePower();
        queue = Open();
        queue.Count.ShouldBe(Threads * Each);
        for (int t = 0; t < Threads * Each; t++) queue.Dequeue().IsWhole.ShouldBeTrue();
    }

    [Fact]
    public void A_completed_queue_stays_completed()
    {
        var queue = Open();
        queue.Enqueue(P(7));
        queue.Complete();
        LosePower();
        queue = Open();
        Should.Throw<ShmQueueCompletedException>(() => queue.Enqueue(P(8)));
        queue.Dequeue().Sequence.ShouldBe(7);
        queue.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void A_writer_that_is_open_holds_commits_up_and_not_more()
    {
        var queue = Open();
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        bool isCommitted = false;
        Thread other = new(() =>
        {
            queue.Enqueue(P(1));
            Volatile.Write(ref isCommitted, true);
        });
        other.Start();
        other.Join(100).ShouldBeFalse("a message before it is not published");
        writer.Value = P(0);
        writer.Commit();
        other.Join(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        isCommitted.ShouldBeTrue();
        LosePower();
        Drain(Open()).ShouldBe([0, 1]);
    }

    [Fact]
    public void A_wait_can_be_cancelled_and_the_message_stays_sent()
    {
        var queue = Open();
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        using CancellationTokenSource cancel = new();
        Exception? thrown = null;
        Thread other = new(() => thrown = Record.Exception(() => queue.Enqueue(P(1), cancel.Token)));
        other.Start();
        Worker.WaitUntil(() => queue.Count == 2, "a message that is sent");
        cancel.Cancel();
        other.Join(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        thrown.ShouldBeAssignableTo<OperationCanceledException>();
        writer.Dispose();
        Drain(queue).ShouldBe([1]);
    }

    [Fact]
    public void A_call_that_waits_ends_with_its_handle()
    {
        var other = Open();
        var queue = Open();
        other.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        Exception? thrown = null;
        Thread waiting = new(() => thrown = Record.Exception(() => queue.Enqueue(P(1))));
        waiting.Start();
        waiting.Join(100).ShouldBeFalse();
        queue.Dispose();
        waiting.Join(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        thrown.ShouldBeOfType<ObjectDisposedException>();
        writer.Dispose();
    }

    [Fact]
    public void What_is_taken_during_a_commit_is_in_the_next_flush()
    {
        var queue = Open();
        queue.Enqueue(Parcels(0, 4));
        var other = Open(Options with { Durability = Durability.Cached });
        AtStep("commit: synced", () => other.Dequeue().Sequence.ShouldBe(0), () => queue.Enqueue(P(4)));
        other.Flush();
        CutPower();
        Drain(Open()).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void A_handle_waits_at_its_end_for_a_flush_that_is_under_way()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        Open(Options with { Durability = Durability.Cached }).Enqueue(P(1));
        Thread end = new(queue.Dispose);
        AtStep("commit: marked", () =>
        {
            end.Start();
            end.Join(300).ShouldBeFalse("the memory would be gone while it is copied");
        }, () => Record.Exception(queue.Flush));
        end.Join(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        CutPower();
        Drain(Open()).ShouldBe([0, 1]);
    }

    [Fact]
    public void A_handle_with_at_rest_commits_at_its_end()
    {
        Open();
        var queue = Open(Options with { Durability = Durability.AtRest });
        queue.Enqueue(P(0));
        queue.Dispose();
        CutPower();
        Drain(Open()).ShouldBe([0]);
    }

    [Fact]
    public async Task What_was_sent_behind_an_open_writer_is_committed_in_time_once_that_ends()
    {
        var queue = Open(Options with { CommitWithin = TimeSpan.FromMilliseconds(5) });
        var other = Open(Options with { Durability = Durability.Cached });
        SendBehindAWriter();
        var committer = queue.Session.Committer!;
        for (int i = 0; i < 2000 && committer.IsBehind; i++) await Task.Delay(5);
        committer.IsBehind.ShouldBeFalse();

        void SendBehindAWriter()
        {
            other.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
            queue.Enqueue(P(1));
            Thread.Sleep(100);
            writer.Value = P(0);
            writer.Commit();
        }
    }

    [Fact]
    public void A_commit_does_not_wait_for_the_writer_that_its_own_thread_holds_open()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        queue.Flush();
        ((IAsyncResult)queue.CommitAsync().AsTask()).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        writer.Dispose();
    }
}
