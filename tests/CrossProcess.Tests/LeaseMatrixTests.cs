using System.Collections.Concurrent;
using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;
using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// Taking, settling, taking back, making room, dead-lettering, joining and leaving, by a real process that kills itself before its k-th
/// shared access, or at its k-th labelled step, for all k until it survives. After each death two survivors take everything: each message
/// is acknowledged by one of them and once, unless it was by the dead one, and nothing is held back.
/// </summary>
public abstract class LeaseMatrixTests(LeaseKind kind, ITestOutputHelper output)
{
    private const int Capacity = 4, Batch = 3, MostHandles = 5, MostLeases = 4, Killer = 100, Filler = 1, Newcomer = 2, Passed = 40;
    private const string ByAccess = "kill-lease-step", ByLabel = "kill-lease-label";

    /// <summary>The labels that calls have come to and survived.</summary>
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("take")]
    [InlineData("take-slowly")]
    [InlineData("take-batch")]
    [InlineData("take-returned", LeaseScene.GivenBack)]
    [InlineData("take-dead", LeaseScene.Dead)]
    [InlineData("take-first", LeaseScene.Dead)]
    [InlineData("acknowledge")]
    [InlineData("give-back")]
    [InlineData("examine", LeaseScene.Dead)]
    [InlineData("make-room", LeaseScene.Done)]
    public void Operation_killed_at_every_access_loses_and_doubles_nothing(string operation, LeaseScene scene = LeaseScene.Still) =>
        KillEverywhere(ByAccess, operation, scene);

    [LabelTheory]
    [InlineData("take-first", LeaseScene.Dead)]
    [InlineData("take-waiting", LeaseScene.Later)]
    [InlineData("take-batch")]
    [InlineData("acknowledge")]
    [InlineData("acknowledge", LeaseScene.SenderParked)]
    [InlineData("give-back")]
    [InlineData("give-back-later")]
    [InlineData("dispose")]
    [InlineData("enqueue", LeaseScene.Done)]
    public void Call_killed_at_every_label_loses_and_doubles_nothing(string operation, LeaseScene scene = LeaseScene.Still) =>
        KillEverywhere(ByLabel, operation, scene);

    [LabelTheory]
    [InlineData("reject")]
    [InlineData("take-poisonous", LeaseScene.GivenBack)]
    public void Call_that_makes_dead_letters_killed_at_every_label_loses_nothing(string operation, LeaseScene scene = LeaseScene.Still)
    {
        if (!kind.HasOneProducer) KillEverywhere(ByLabel, operation, scene); // a dead-letter queue has many producers
    }

    private protected void KillEverywhere(string act, string operation, LeaseScene scene = LeaseScene.Still)
    {
        // With one producer little is different; there the short form has nothing.
        if (kind.HasOneProducer && !MatrixForm.IsLong)
        {
            output.WriteLine(MatrixForm.OnlyLong);
            return;
        }

        int step = 0;
        bool died = true;
        while (died)
        {
            step++;
            // Under the watchdog: what nobody can get past would be a test that never ends.
            Worker.Run(() => died = DiesAt(act, operation, step, scene));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step - 1} deaths"));
    }

    private protected void KillAtEveryAccess(string operation) => KillEverywhere(ByAccess, operation);

    private protected void KillAtEveryLabel(string operation) => KillEverywhere(ByLabel, operation);

    /// <summary>The labels that a call comes to.</summary>
    private protected IReadOnlySet<string> LabelsOf(string operation, LeaseScene scene)
    {
        DiesAt(ByLabel, operation, step: 0, scene).ShouldBeFalse();
        return _met;
    }

    private bool DiesAt(string act, string operation, int step, LeaseScene scene)
    {
        using QueueFolder folder = new();
        Round round = new(kind, folder, string.Create(CultureInfo.InvariantCulture, $"{operation}, {act} {step}, {scene}"));
        round.Prepare(scene);
        string? said;
        using (PeerProcess peer = round.Start(act, string.Create(CultureInfo.InvariantCulture, $"{operation}:{step}")))
        {
            peer.Hear("ready");
            round.Ease(scene, peer);
            said = peer.Hear();
            if (said == null) peer.WaitForKill();
            else if (act is ByLabel) _met.UnionWith(peer.Hear()!.Split('|'));
            if (said != null) peer.WaitForSuccess();
        }

        round.GoOn();
        round.Judge(operation, said);
        return said == null;
    }

    /// <summary>One queue, one death, and those who go on.</summary>
    private sealed class Round(LeaseKind kind, QueueFolder folder, string where)
    {
        private const string More = "more";

        private readonly string _name = ShmQueueName.NewUnique();
        private readonly Dictionary<long, int> _deliveries = [];
        private readonly ConcurrentQueue<(long Producer, long Sequence, int Deliveries)> _came = new();
        private QueueBase? _queue;
        private QueueBase? _sender;
        private Worker? _sending;

        private QueueBase Queue => _queue!;

        /// <summary>With one producer, whoever sends first has the role: not before the peer has had its turn.</summary>
        private IShmProducer<Parcel> Sender => LeaseKind.SenderOf(_sender ??= Open(_name));

        public PeerProcess Start(string act, string argument) => kind.Start(folder, _name, act, argument);

        public void Prepare(LeaseScene scene)
        {
            _queue = kind.Create(folder, _name, Options with { Capacity = Capacity });
            int filled = scene switch { LeaseScene.Later => 0, LeaseScene.Done or LeaseScene.SenderParked => Capacity, _ => Batch };
            using (QueueBase filler = Open(_name))
            {
                for (int i = 0; i < filled; i++)
                {
                    LeaseKind.SenderOf(filler).Enqueue(new Parcel(Filler, i), default);
                    _deliveries.Add(i, 0);
                }

                if (scene is LeaseScene.GivenBack) kind.Taker(folder, filler).Take(default).Abandon();
                if (scene is LeaseScene.Done) TakeAll(kind.Taker(folder, filler), filled);
            }

            if (scene is LeaseScene.GivenBack or LeaseScene.Dead) _deliveries[0] = 1;
            if (scene is LeaseScene.Done) _deliveries.Clear();
            if (scene is LeaseScene.Dead)
            {
                using PeerProcess dead = Start("hold", "1");
                dead.Hear("took 0/1");
                dead.Kill();
            }

            if (scene is not LeaseScene.SenderParked) return;
            _sending = Worker.Start(() => Sender.Enqueue(new Parcel(Newcomer, Passed), default));
            Worker.WaitUntil(() => _sender?.GetStatistics().Participants.Single(p => p.IsSelf).Parked > 0, "a parked sender");
        }

        /// <summary>Ends the call's wait, once it waits; or it has died on the way.</summary>
        public void Ease(LeaseScene scene, PeerProcess peer)
        {
            if (scene is not LeaseScene.Later) return;
            Worker.WaitUntil(() => peer.HasExited || Queue.GetStatistics().Participants.Any(p => p.ProcessId == peer.Id && p.Parked > 0),
                "a parked peer");
            Sender.Enqueue(new Parcel(Filler, 0), default);
            _deliveries.Add(0, 0);
        }

        /// <summary>Two survivors take, and messages are sent until the end.</summary>
        public void GoOn()
        {
            // A group that the dead one had begun, and that nobody wants.
            kind.RemoveGroup(Queue, More);
            QueueBase other = Open(_name);
            Worker[] takers =
            [
                .. new[] { Queue, other }.Select(handle => Worker.Start(() => TakeAll(kind.Taker(folder, handle), int.MaxValue))),
            ];
            for (int i = 0; i < Passed; i++) Sender.Enqueue(new Parcel(Newcomer, i), default);
            _sending?.Join();
            _sender!.Complete();
            foreach (Worker taker in takers) taker.Join();
            ShmQueueGroup group = LeaseKind.GroupOf(Queue);
            (group.Waiting, group.Leased).ShouldBe((0, 0), where);
        }

        /// <param name="operation">What the dead one did.</param>
        /// <param name="said">What it said: "done" and what it had in hand. Null: it died first.</param>
        public void Judge(string operation, string? said)
        {
            _came.Select(m => (m.Producer, m.Sequence)).ShouldBeUnique();
            _came.Where(m => m.Producer == Newcomer).Select(m => m.Sequence).Order()
                .ShouldBe(Enumerable.Range(0, Passed + (_sending == null ? 0 : 1)).Select(i => (long)i), where);
            _came.Where(m => m.Producer == Newcomer).ShouldAllBe(m => m.Deliveries == 1);
            int its = operation is "make-room" or "enqueue" ? 1 : 0;
            _came.Count(m => m.Producer == Killer).ShouldBeInRange(said == null ? 0 : its, its, where);

            long[] letters = DeadLetters();
            foreach ((long sequence, int before) in _deliveries)
            {
                int[] deliveries = [.. _came.Where(m => m.Producer == Filler && m.Sequence == sequence).Select(m => m.Deliveries)];
                bool mayBeDone = operation is "acknowledge" && sequence < Batch;
                bool mayBeLetter = (operation is "reject" && sequence < Batch) || (operation is "take-poisonous" && sequence == 0);
                if (mayBeDone && said != null) deliveries.ShouldBeEmpty(where);
                if (mayBeLetter && said != null) (deliveries.Length, letters.Count(l => l == sequence)).ShouldBe((0, 1), where);
                if (deliveries.Length == 0 && (mayBeDone || letters.Contains(sequence))) continue;
                // One more than before, and one more again if the dead one had it.
                deliveries.ShouldHaveSingleItem(where).ShouldBeInRange(before + 1, before + 2, where);
                if (TookAsSaid(said, sequence) is { } told) deliveries[0].ShouldBe(told + 1, where);
            }
        }

        private static int? TookAsSaid(string? said, long sequence)
        {
            string? told = said?.Split(' ').Skip(1).FirstOrDefault(t => t.StartsWith($"{sequence}/", StringComparison.Ordinal));
            return told == null ? null : int.Parse(told.Split('/')[1], CultureInfo.InvariantCulture);
        }

        private long[] DeadLetters()
        {
            string dead = kind.DeadLettersOf(_name);
            if (!folder.Content.Contains(dead, StringComparer.Ordinal)) return [];
            List<long> letters = [];
            IShmTaker<TypedLease<Parcel>> taker = kind.Taker(folder, Open(dead));
            while (taker.TryTake(out TypedLease<Parcel> letter))
            {
                letter.Value.Producer.ShouldBe(Filler, where);
                letters.Add(letter.Value.Sequence);
                letter.Acknowledge().ShouldBeTrue(where);
            }

            return [.. letters];
        }

        private void TakeAll(IShmTaker<TypedLease<Parcel>> taker, int most)
        {
            try
            {
                for (int i = 0; i < most; i++)
                {
                    TypedLease<Parcel> lease = taker.Take(default);
                    if (!lease.Value.IsWhole) throw new InvalidDataException("A message is not as it was sent.");
                    if (most == int.MaxValue) _came.Enqueue((lease.Value.Producer, lease.Value.Sequence, lease.Deliveries));
                    if (!lease.Acknowledge()) throw new InvalidDataException("A message was taken back from a living worker.");
                }
            }
            catch (ShmQueueCompletedException)
            {
                // All is settled.
            }
        }

        private ShmQueueOptions Options => folder.Options with
        {
            MaxParticipants = MostHandles,
            MaxLeases = MostLeases,
            MaxGroups = 2,
            MaxSubscriptions = 1,
        };

        private QueueBase Open(string name) => kind.Open(folder, name, folder.Options);
    }
}

/// <summary>What goes on around a call that is killed.</summary>
public enum LeaseScene
{
    Still,

    /// <summary>The first message was given back.</summary>
    GivenBack,

    /// <summary>The first message is in the hands of a process that was killed.</summary>
    Dead,

    /// <summary>The ring is full of messages that are acknowledged.</summary>
    Done,

    /// <summary>The ring is full, and a producer is parked.</summary>
    SenderParked,

    /// <summary>Once the call is parked, somebody sends a message.</summary>
    Later,
}

public sealed class WorkerMatrixTests_ManyProducers(ITestOutputHelper output) : LeaseMatrixTests(new WorkersKind<ManyProducers>(), output);
public sealed class WorkerMatrixTests_OneProducer(ITestOutputHelper output) : LeaseMatrixTests(new WorkersKind<OneProducer>(), output);

/// <summary>Groups begin and end, too.</summary>
public abstract class GroupMatrixTests<TProducers>(ITestOutputHelper output) : LeaseMatrixTests(new GroupKind<TProducers>(), output)
    where TProducers : struct, IProducerRole
{
    [Fact]
    public void Founder_killed_at_every_access_holds_nobody_back() => KillAtEveryAccess("begin");

    [LabelTheory]
    [InlineData("join")]
    [InlineData("begin")]
    [InlineData("leave")]
    [InlineData("remove")]
    public void Membership_killed_at_every_label_loses_and_doubles_nothing(string operation) => KillAtEveryLabel(operation);

    /// <summary>A label that no call comes to would be one where nobody has been seen to die.</summary>
    [LabelFact]
    public void Every_label_of_groups_is_come_to()
    {
        if (typeof(TProducers) == typeof(OneProducer)) return; // it makes no dead letters
        HashSet<string> met = new(StringComparer.Ordinal);
        met.UnionWith(LabelsOf("begin", LeaseScene.Still));
        met.UnionWith(LabelsOf("leave", LeaseScene.Still));
        met.UnionWith(LabelsOf("reject", LeaseScene.Still));
        // Somebody else has to delete that queue in between: DeadLetterTests come to it.
        string[] elsewhere = ["dead letter: its queue is deleted"];
        StepLabels.Runtime.Where(StepLabels.IsOfGroups).Except(met, StringComparer.Ordinal).Except(elsewhere, StringComparer.Ordinal)
            .ShouldBeEmpty();
    }
}

public sealed class GroupMatrixTests_ManyProducers(ITestOutputHelper output) : GroupMatrixTests<ManyProducers>(output);
public sealed class GroupMatrixTests_OneProducer(ITestOutputHelper output) : GroupMatrixTests<OneProducer>(output);
