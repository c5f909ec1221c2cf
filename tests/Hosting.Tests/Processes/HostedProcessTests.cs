using System.Globalization;

namespace TypedShmQueue.Hosting.Tests.Processes;

/// <summary>
/// Hosted for real: a host in a process of its own is stopped and started again, over and over, while this process sends.
/// </summary>
public sealed class HostedProcessTests : HostingTests
{
    private const int Lives = 4;
    private const int FailEach = 100;

    [Fact]
    public void Every_message_is_handled_once_or_is_a_dead_letter_however_often_the_host_is_restarted_under_load()
    {
        string ledger = Folder.PathOf("ledger.txt");
        JobQueue jobs = Jobs(), dead = Jobs(Name + ".dead");
        List<long> deadLetters = [];
        long sent = 0;
        bool enough = false;
        Worker sender = Worker.Start(() =>
        {
            while (!Volatile.Read(ref enough)) jobs.Enqueue(new Job { Number = sent++ });
            jobs.Complete();
        });
        Worker mourner = Worker.Start(() =>
        {
            while (dead.TryDequeue(out Job job, Timeout.InfiniteTimeSpan)) deadLetters.Add(job.Number);
        });

        for (int life = 0; life < Lives; life++)
        {
            using WorkerProcess worker = new(Folder.Location, Name, ledger, FailEach.ToString(CultureInfo.InvariantCulture));
            worker.WaitUntilReady();
            long before = jobs.GetStatistics().Dequeued;
            Worker.WaitUntil(() => jobs.GetStatistics().Dequeued > before + 500, "some load");
            if (life < Lives - 1) worker.Terminate();
            else Volatile.Write(ref enough, true); // the last one ends with the queue
            worker.WaitForSuccess();
        }

        sender.Join();
        dead.Complete();
        mourner.Join();

        long[] handled = [.. File.ReadLines(ledger).Select(line => long.Parse(line, CultureInfo.InvariantCulture))];
        sent.ShouldBeGreaterThan(Lives * 500);
        handled.Concat(deadLetters).Order().ShouldBe(Enumerable.Range(0, (int)sent).Select(i => (long)i));
        deadLetters.Order().ShouldBe(Enumerable.Range(0, (int)sent).Where(i => i % FailEach == 0).Select(i => (long)i));
        jobs.IsCompleted.ShouldBeTrue();
    }
}
