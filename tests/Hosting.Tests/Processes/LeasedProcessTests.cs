using System.Globalization;

namespace TypedShmQueue.Hosting.Tests.Processes;

/// <summary>
/// Acknowledged delivery, hosted for real: a host in a process of its own is killed in the middle of its work, or stopped, over and over,
/// while this process sends.
/// </summary>
public sealed class LeasedProcessTests : HostingTests
{
    private const int Lives = 4;
    private const int EachLife = 200;

    private string Ledger => Folder.PathOf("ledger.txt");

    [Fact]
    public void Every_message_is_done_at_least_once_however_often_the_host_is_killed_in_the_middle_of_one()
    {
        DutyQueue duties = Duties();
        Worker sender = Sending(duties, Lives * EachLife);
        List<long> hung = [];
        for (int life = 0; life < Lives; life++)
        {
            bool isLast = life == Lives - 1;
            long hangOn = isLast ? -1 : (life * EachLife) + (EachLife / 2);
            using WorkerProcess worker = Start(hangOn);
            if (isLast)
            {
                worker.WaitForSuccess(); // it ends with the queue
                continue;
            }

            Worker.WaitUntil(() => LeaseLedger.Count(Ledger, LeaseLedger.Begun).ContainsKey(hangOn), "it is in the middle of that one");
            hung.Add(hangOn);
            worker.Kill();
        }

        sender.Join();
        Dictionary<long, int> begun = LeaseLedger.Count(Ledger, LeaseLedger.Begun), done = LeaseLedger.Count(Ledger, LeaseLedger.Done);
        done.Keys.Order().ShouldBe(Enumerable.Range(0, Lives * EachLife).Select(static i => (long)i), "each is done");
        foreach (long number in hung) (begun[number], done[number]).ShouldBe((2, 1), "it was with another host after the death");
        ShmQueueGroup workers = duties.GetStatistics().Groups[0];
        (workers.Acknowledged, workers.Waiting, workers.Leased).ShouldBe((Lives * EachLife, 0, 0));
        // Nobody gave anything back: who has begun twice was in the hands of one who died, of which each host had a few.
        workers.GivenBack.ShouldBe(0);
        workers.TakenBack.ShouldBeInRange(hung.Count, hung.Count * LeasedWorker.Parallelism);
        begun.Values.Sum(static times => times - 1).ShouldBeLessThanOrEqualTo((int)workers.TakenBack);
        done.Values.Sum(static times => times - 1).ShouldBeLessThanOrEqualTo((int)workers.TakenBack - hung.Count);
        duties.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Every_message_is_done_once_however_often_the_host_is_stopped_under_load()
    {
        DutyQueue duties = Duties();
        Worker sender = Sending(duties, Lives * EachLife);
        for (int life = 0; life < Lives; life++)
        {
            using WorkerProcess worker = Start(hangOn: -1);
            long enough = (life + 1) * EachLife / 2;
            Worker.WaitUntil(() => duties.GetStatistics().Groups[0].Acknowledged > enough, "some load");
            if (life < Lives - 1) worker.Terminate();
            worker.WaitForSuccess();
        }

        sender.Join();
        Dictionary<long, int> begun = LeaseLedger.Count(Ledger, LeaseLedger.Begun), done = LeaseLedger.Count(Ledger, LeaseLedger.Done);
        done.Keys.Order().ShouldBe(Enumerable.Range(0, Lives * EachLife).Select(static i => (long)i));
        begun.Values.Concat(done.Values).ShouldAllBe(static times => times == 1);
        duties.GetStatistics().Groups[0].TakenBack.ShouldBe(0);
        duties.IsCompleted.ShouldBeTrue();
    }

    private static Worker Sending(DutyQueue duties, int count) => Worker.Start(() =>
    {
        Send(duties, count);
        duties.Complete();
    });

    private WorkerProcess Start(long hangOn)
    {
        WorkerProcess worker = new("lease", Folder.Location, Name, Ledger, hangOn.ToString(CultureInfo.InvariantCulture));
        worker.WaitUntilReady();
        return worker;
    }
}
