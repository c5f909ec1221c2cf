using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;
using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// What is outside the ring (names, entries, lanes, roles, parking, waking, leaving): every public call by a real process that kills itself
/// at its k-th labelled step, for all k until it survives. After each death others go on, the ledger balances, and no file is left over.
/// </summary>
public abstract class LabelMatrixTests<TProducers, TConsumers>(ITestOutputHelper output) : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>The peer's messages by labelled calls, and those of a process that dies inside the ring.</summary>
    private const int Killer = 101, DeadProducer = 100, Filler = 1;

    /// <summary>How many messages are sent, or make room, where calls wait: one more than a single call may take or send.</summary>
    private const int Eased = 2;

    /// <summary>How often the calls are walked through again for labels that they come to by chance.</summary>
    private const int MostWalksMore = 5;

    /// <summary>
    /// From a peer's announcement to its park it looks once more. One that finds its message then does not park, which is no fault; but
    /// the labels there are met only if it does.
    /// </summary>
    private static readonly TimeSpan s_toPark = TimeSpan.FromMilliseconds(20);

    /// <summary>The labels that calls have come to and survived.</summary>
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);

    protected virtual bool IsInShortForm => false;

    private ShmQueueOptions Small => Folder.Options with { Capacity = LabelledCall.Capacity, MaxParticipants = 3 };

    public static TheoryData<string> CallsOnAQueue() => [.. LabelledCall.OnAQueue<TProducers, TConsumers>().Select(c => c.Name)];

    public static TheoryData<string> CallsOnAName() => [.. LabelledCall.OnAName().Select(c => c.Name)];

    [LabelTheory]
    [MemberData(nameof(CallsOnAQueue))]
    public void Call_killed_at_every_label_loses_and_doubles_nothing(string call) =>
        KillAtEveryLabel(LabelledCall.OnAQueue<TProducers, TConsumers>().Single(c => string.Equals(c.Name, call, StringComparison.Ordinal)),
            DiesOnAQueue, IsInShortForm);

    /// <summary>A name knows no roles, so that one combination of them is enough in the short form.</summary>
    [LabelTheory]
    [MemberData(nameof(CallsOnAName))]
    public void Name_is_of_use_after_a_call_killed_at_any_label(string call) =>
        KillAtEveryLabel(LabelledCall.OnAName().Single(c => string.Equals(c.Name, call, StringComparison.Ordinal)), DiesOnAName,
            IsInShortForm && !OneProducer);

    /// <summary>A label that no call comes to would be one where nobody has been seen to die.</summary>
    [LabelFact]
    public void Every_label_is_come_to()
    {
        if (!IsInShortForm) return;
        foreach (LabelledCall call in LabelledCall.OnAName()) DiesOnAName(call, step: 0);
        string[] left = Walk();
        for (int again = 0; left.Length > 0 && again < MostWalksMore; again++) left = Walk();
        left.ShouldBeEmpty();
    }

    /// <summary>The labels that no call on a queue has come to yet.</summary>
    private string[] Walk()
    {
        foreach (LabelledCall call in LabelledCall.OnAQueue<TProducers, TConsumers>()) DiesOnAQueue(call, step: 0);
        // A lane is a producer's beside others; the walk is of one alone.
        string others = OneProducer ? "lane: " : "role: ";
        // Who is about to be refused holds nothing; BadInstantTests come to it.
        const string Refused = "liveness: ";
        return
        [
            .. StepLabels.Runtime.Where(l =>
                !StepLabels.IsOfBroadcast(l) && !StepLabels.IsOfGroups(l) && !StepLabels.IsOfJournals(l)
                && !l.StartsWith(others, StringComparison.Ordinal)
                && !l.StartsWith(Refused, StringComparison.Ordinal)).Except(_met, StringComparer.Ordinal),
        ];
    }

    private void KillAtEveryLabel(LabelledCall call, Func<LabelledCall, int, bool> diesAt, bool isInShortForm)
    {
        if (!isInShortForm && !MatrixForm.IsLong)
        {
            output.WriteLine(MatrixForm.OnlyLong);
            return;
        }

        int step = 0;
        bool died = true;
        // Each under the watchdog: a name or a claim that nobody can get past would be a test that never ends.
        while (died)
        {
            step++;
            Worker.Run(() => died = diesAt(call, step));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step - 1} deaths"));
        step.ShouldBeGreaterThan(1);
    }

    private bool DiesOnAQueue(LabelledCall call, int step)
    {
        string name = ShmQueueName.NewUnique();
        string where = string.Create(CultureInfo.InvariantCulture, $"{call.Name}, killed at step {step}");
        TypedQueue<Parcel, TProducers, TConsumers>? newcomer = null;
        using var survivor = TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, name, Small);
        List<(long Producer, long Sequence)> before = Prepare(call, name);
        try
        {
            // A deleted queue has no newcomers: these two were there before.
            bool deletes = call.Operation.StartsWith("delete", StringComparison.Ordinal);
            if (deletes || call.Scene == Scene.SenderParked) newcomer = Open(name);
            Survivors<TProducers, TConsumers> survivors = new(survivor);
            if (call.Scene == Scene.TakerParked)
            {
                survivors.StartTaking();
                WaitUntilParked(survivor, self: true);
            }

            if (call.Scene == Scene.SenderParked)
            {
                survivors.StartSending(newcomer!);
                WaitUntilParked(survivor, self: false);
            }

            string? said = Kill(name, $"{call.Operation}:{step}", peer => Ease(call.Scene, survivor, name, before, peer));
            newcomer ??= Open(name);
            survivors.GoOn(newcomer);
            bool completes = string.Equals(call.Operation, "complete", StringComparison.Ordinal);
            new Death(where, Killer, said, before, call.MostTaken, call.Sends, completes).Judge(survivors.Left, survivors.FoundCompleted);
            if (deletes && said != null) survivor.IsDeleted.ShouldBeTrue(where);
            if (!deletes) survivor.Delete();
            newcomer.Dispose();
            survivor.Dispose();
            UseName(name, where);
            return said == null;
        }
        finally
        {
            newcomer?.Dispose();
        }
    }

    private bool DiesOnAName(LabelledCall call, int step)
    {
        string name = ShmQueueName.NewUnique();
        string where = string.Create(CultureInfo.InvariantCulture, $"{call.Name}, killed at step {step}");
        if (call.Scene is Scene.Named or Scene.DeadDeleter)
            TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, name, Small).Dispose();
        if (call.Scene == Scene.DeadDeleter) Kill(name, "delete:delete: marked").ShouldBeNull();
        string? said = Kill(name, $"{call.Operation}:{step}", more: call.More);
        bool killedWithoutMark = Folder.Content.Any(file => new FileInfo(Folder.PathOf(file)).Length == 0);
        if (call.More != null)
        {
            // A hidden name is taken away by the next who creates in the same way, be it in vain.
            TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(Contract, name, Small).Dispose();
            Kill(name, "create-taken:0", more: call.More).ShouldNotBeNull(where);
            // But for an empty one, which has no mark that shows whose it was: that is taken away when somebody asks for it.
            using Region.RegionFolder folder = Region.RegionPort.Current.TryOpenFolder(Folder.Location)!;
            Region.RegionPort.Current.RemoveLeftovers(folder, emptyToo: true).ShouldAllBe(left => killedWithoutMark, where);
        }

        // Either nothing or a whole queue.
        Folder.Content.Where(f => !string.Equals(f, name, StringComparison.Ordinal)).ShouldBeEmpty(where);
        UseName(name, where);
        return said == null;
    }

    /// <summary>Whatever happened to it, a queue of this name can be made, used and deleted, and then there is no file.</summary>
    private void UseName(string name, string where)
    {
        using (var one = TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(Contract, name, Small))
        using (var other = Open(name))
        {
            Survivors<TProducers, TConsumers> users = new(one);
            users.GoOn(other);
            users.Left.ShouldBeEmpty(where);
            one.Delete();
        }

        Folder.Content.ShouldBeEmpty(where);
    }

    private List<(long Producer, long Sequence)> Prepare(LabelledCall call, string name)
    {
        switch (call.Scene)
        {
            case Scene.DeadClaim:
                Kill(name, "commit:claim: open").ShouldBeNull();
                break;
            case Scene.DeadProducer:
                // The sixth access of an enqueue of one producer is to tail, after its word.
                KillInRing(name, "enqueue:6");
                return [(DeadProducer, 0)];
            case Scene.Still or Scene.TakerParked or Scene.SenderParked or Scene.RoomLater or Scene.MessageLater
                or Scene.RoomOnceCancelled or Scene.MessageOnceCancelled:
                break;
            default:
                throw new NotSupportedException($"A queue is there already: {call.Scene}.");
        }

        using var filler = Open(name);
        List<(long Producer, long Sequence)> messages = [.. Enumerable.Range(0, call.Filled).Select(i => ((long)Filler, (long)i))];
        foreach ((long producer, long sequence) in messages) filler.Enqueue(new Parcel(producer, sequence), default);
        return messages;
    }

    /// <summary>Ends the call's wait, once it waits; or it has died on the way.</summary>
    private void Ease(
        Scene scene, TypedQueue<Parcel, TProducers, TConsumers> survivor, string name, List<(long Producer, long Sequence)> before,
            PeerProcess peer)
    {
        if (scene is Scene.RoomLater or Scene.MessageLater)
        {
            Worker.WaitUntil(() => peer.HasExited || IsParked(survivor, self: false), "a parked peer");
            Thread.Sleep(s_toPark);
        }
        else if (scene is (Scene.RoomOnceCancelled or Scene.MessageOnceCancelled) && peer.Hear() is { } said) said.ShouldBe("cancelled");

        if (scene is Scene.RoomLater or Scene.RoomOnceCancelled)
        {
            for (int i = 0; i < Eased; i++)
            {
                Parcel taken = survivor.Dequeue(default);
                (taken.Producer, taken.Sequence).ShouldBe(before[0]);
                before.RemoveAt(0);
                if (scene == Scene.RoomOnceCancelled) WaitForCount(LabelledCall.Capacity);
            }
        }

        if (scene is not (Scene.MessageLater or Scene.MessageOnceCancelled)) return;
        using var filler = Open(name);
        for (int i = 0; i < Eased; i++)
        {
            filler.Enqueue(new Parcel(Filler, i), default);
            before.Add((Filler, i));
            if (scene == Scene.MessageOnceCancelled) WaitForCount(0);
        }

        // One by one: the line has to go on with the next call.
        void WaitForCount(int count) => Worker.WaitUntil(() => peer.HasExited || survivor.Count == count, "the next call's turn");
    }

    /// <summary>What the process acknowledged; null: it died first.</summary>
    private string? Kill(string name, string argument, Action<PeerProcess>? meanwhile = null, string? more = null)
    {
        using PeerProcess peer = Start(name, "kill-label", argument, more);
        peer.Hear("ready");
        meanwhile?.Invoke(peer);
        string? said = peer.Hear();
        if (said == null)
        {
            peer.WaitForKill();
            return null;
        }

        _met.UnionWith(peer.Hear()!.Split('|'));
        peer.WaitForSuccess();
        return said;
    }

    private void KillInRing(string name, string argument)
    {
        using PeerProcess peer = Start(name, "kill-step", argument);
        peer.Hear("ready");
        peer.Hear().ShouldBeNull();
        peer.WaitForKill();
    }

    private PeerProcess Start(string name, string act, string argument, string? more = null) =>
        PeerProcess.Start([act, typeof(TProducers).Name, typeof(TConsumers).Name, Folder.Location, name, argument, .. more == null
            ? []
            : new[] { more }]);

    private TypedQueue<Parcel, TProducers, TConsumers> Open(string name) =>
        TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, name, Folder.Options);

    private static void WaitUntilParked(TypedQueue<Parcel, TProducers, TConsumers> queue, bool self) =>
        Worker.WaitUntil(() => IsParked(queue, self), "a parked thread");

    private static bool IsParked(TypedQueue<Parcel, TProducers, TConsumers> queue, bool self) =>
        queue.GetStatistics().Participants.Any(p => p.IsSelf == self && p.Parked > 0);
}

public sealed class LabelMatrixTests_ManyProducers_ManyConsumers(
    ITestOutputHelper output) : LabelMatrixTests<ManyProducers, ManyConsumers>(output)
{
    protected override bool IsInShortForm => true;
}

public sealed class LabelMatrixTests_ManyProducers_OneConsumer(
    ITestOutputHelper output) : LabelMatrixTests<ManyProducers, OneConsumer>(output);
public sealed class LabelMatrixTests_ManyProducers_OneWaitingConsumer(
    ITestOutputHelper output) : LabelMatrixTests<ManyProducers, OneWaitingConsumer>(output);
public sealed class LabelMatrixTests_OneProducer_ManyConsumers(
    ITestOutputHelper output) : LabelMatrixTests<OneProducer, ManyConsumers>(output);
public sealed class LabelMatrixTests_OneProducer_OneConsumer(ITestOutputHelper output) : LabelMatrixTests<OneProducer, OneConsumer>(output);

public sealed class LabelMatrixTests_OneProducer_OneWaitingConsumer(
    ITestOutputHelper output) : LabelMatrixTests<OneProducer, OneWaitingConsumer>(output)
{
    protected override bool IsInShortForm => true;
}
