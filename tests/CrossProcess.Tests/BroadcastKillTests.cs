using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;
using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// Subscribing, taking, ending, removing, making room, evicting and displacing, by a real process that kills itself before its k-th shared
/// access, or at its k-th labelled step, for all k until it survives. After each death nobody is held back, a subscriber that was there
/// before can account for every message, and all entries can be had.
/// </summary>
public abstract class BroadcastKillTests<TProducers>(ITestOutputHelper output) : IDisposable
    where TProducers : struct, IProducerRole
{
    private const int Capacity = 4, MostSubscriptions = 3, Killer = 100, Filler = 1, More = 200;
    private const string Named = "billing", Anonymous = "anonymous", ByAccess = "kill-step", ByLabel = "kill-label";

    private static readonly QueueContract s_contract = Contracts.Parcel<TProducers, Subscribers>();

    private readonly QueueFolder _folder = new();

    /// <summary>The labels that calls have come to and survived.</summary>
    private readonly HashSet<string> _met = new(StringComparer.Ordinal);

    private ShmQueueOptions Options =>
        _folder.Options with { Capacity = Capacity, MaxParticipants = 4, MaxSubscriptions = MostSubscriptions };

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("subscribe")]
    [InlineData("subscribe-named")]
    [InlineData("take")]
    [InlineData("take-batch")]
    [InlineData("catch-up")]
    [InlineData("end")]
    [InlineData("end-named")]
    [InlineData("make-room")]
    [InlineData("evict", Anonymous)]
    [InlineData("evict", Named)]
    [InlineData("displace")]
    public void Operation_killed_at_every_access_holds_nobody_back_and_loses_nothing(string operation, string? dead = null) =>
        KillEverywhere(access => DiesAt(ByAccess, operation, access, dead));

    [LabelTheory]
    [InlineData("subscribe")]
    [InlineData("subscribe", Anonymous)]
    [InlineData("subscribe-named")]
    [InlineData("catch-up")]
    [InlineData("end")]
    [InlineData("end-named")]
    [InlineData("end-with-handle")]
    [InlineData("remove")]
    [InlineData("evict", Anonymous)]
    [InlineData("evict", Named)]
    public void Call_killed_at_every_label_holds_nobody_back_and_loses_nothing(string operation, string? dead = null) =>
        KillEverywhere(label => DiesAt(ByLabel, operation, label, dead));

    [Theory]
    [InlineData("take-named")]
    [InlineData("resume")]
    public void Named_subscription_goes_on_where_its_dead_holder_was(string operation) =>
        KillEverywhere(access => HolderDiesAt(ByAccess, operation, access));

    [LabelTheory]
    [InlineData("take-named")]
    [InlineData("resume")]
    public void Named_subscription_goes_on_where_its_holder_died_at_a_label(string operation) =>
        KillEverywhere(label => HolderDiesAt(ByLabel, operation, label));

    [Fact]
    public void Named_subscription_whose_holder_died_beginning_it_begins_where_its_successor_asks() =>
        KillEverywhere(access => BeginnerDiesAt(ByAccess, access));

    [LabelFact]
    public void Named_subscription_whose_holder_died_at_a_label_of_beginning_it_begins_where_its_successor_asks() =>
        KillEverywhere(label => BeginnerDiesAt(ByLabel, label));

    /// <summary>A label that no call comes to would be one where nobody has been seen to die.</summary>
    [LabelFact]
    public void Every_label_of_broadcast_is_come_to()
    {
        foreach (string operation in (string[])["subscribe", "subscribe-named", "catch-up", "end", "remove", "evict"])
            DiesAt(ByLabel, operation, 0, Anonymous);
        StepLabels.Runtime.Where(StepLabels.IsOfBroadcast).Except(_met, StringComparer.Ordinal).ShouldBeEmpty();
    }

    [Fact]
    public void Subscriber_killed_with_the_ring_full_behind_it_lets_a_parked_producer_go_on()
    {
        string name = ShmQueueName.NewUnique();
        using var queue = TypedBroadcast<Parcel, TProducers>.Create(s_contract, name, Options);
        using PeerProcess peer = Start(ByAccess, name, "hold", 1);
        peer.Hear("ready");
        queue.TryEnqueue(Parcels(Filler, Capacity)).ShouldBe(Capacity);
        Worker producer = Worker.Start(() => queue.Enqueue(new Parcel(Filler, Capacity), default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked producer");
        producer.IsRunning.ShouldBeTrue();
        peer.Kill();
        producer.Join();
        queue.Subscriptions.ShouldBeEmpty();
    }

    private void KillEverywhere(Func<int, bool> diesAt)
    {
        // Subscriptions are the same with one producer; there the short form has only what Every_label comes to.
        if (typeof(TProducers) == typeof(OneProducer) && !MatrixForm.IsLong)
        {
            output.WriteLine(MatrixForm.OnlyLong);
            return;
        }

        int step = 1;
        while (diesAt(step)) step++;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step - 1} deaths"));
        step.ShouldBeGreaterThan(1);
    }

    /// <param name="act">By access or by label.</param>
    /// <param name="operation">What the peer does (its KillBroadcast and KillBroadcastLabel know the words).</param>
    /// <param name="step">At which it dies.</param>
    /// <param name="dead">Whose subscription is there from a process that was killed.</param>
    private bool DiesAt(string act, string operation, int step, string? dead)
    {
        string name = ShmQueueName.NewUnique();
        string where = string.Create(CultureInfo.InvariantCulture, $"{operation}, {act} {step}");
        using var queue = TypedBroadcast<Parcel, TProducers>.Create(s_contract, name, Options);
        using var witness = queue.Subscribe(SubscribeFrom.Oldest, null);
        List<Parcel> sent = [], got = [];
        bool produces = operation is "make-room" or "evict" or "displace";
        if (dead != null) LeaveDead(name, dead);
        // One producer's role is free again when the handle that filled the ring is gone.
        using (var filler = TypedBroadcast<Parcel, TProducers>.Open(s_contract, name, _folder.Options))
        {
            foreach (Parcel parcel in Parcels(Filler, produces ? Capacity : 2)) Send(filler, parcel, sent);
            if (operation is not "displace") Drain(witness, got);
        }

        string? said;
        using (PeerProcess peer = Start(act, name, operation, step))
        {
            peer.Hear("ready");
            if (operation is "catch-up")
            {
                using var filler = TypedBroadcast<Parcel, TProducers>.Open(s_contract, name, _folder.Options);
                for (int i = 2; i < 12; i++)
                {
                    Send(filler, new Parcel(Filler, i), sent);
                    Drain(witness, got);
                }

                peer.Tell("go");
            }

            said = End(peer, act);
        }

        using var newcomer = TypedBroadcast<Parcel, TProducers>.Open(s_contract, name, _folder.Options);
        Worker producer = Worker.Start(() =>
        {
            for (int i = 0; i < More; i++) newcomer.Enqueue(new Parcel(Filler, 1000 + i), default);
        });
        while (got.Count == 0 || got[^1].Sequence < 1000 + More - 1) got.Add(witness.Dequeue(default));
        producer.Join();

        // The killer's message is there if it said so; if it died, it may be.
        List<Parcel> its = [.. got.Where(p => p.Producer == Killer)];
        List<Parcel> others = [.. got.Where(p => p.Producer != Killer)];
        IEnumerable<Parcel> expected = [.. sent, .. Enumerable.Range(0, More).Select(i => new Parcel(Filler, 1000 + i))];
        others.ShouldBe(expected.Skip((int)witness.Missed), where);
        witness.Missed.ShouldBeInRange(0, operation is "displace" ? 1 : 0, where);
        if (operation is "displace" && said != null) witness.Missed.ShouldBe(1, where);
        its.Count.ShouldBeInRange(produces && said != null ? 1 : 0, produces ? 1 : 0, where);
        got.ShouldAllBe(p => p.IsWhole);

        newcomer.RemoveSubscription(Named);
        for (int i = 1; i < MostSubscriptions; i++) _folder.Track(newcomer.Subscribe(SubscribeFrom.Oldest, null));
        queue.Delete();
        newcomer.Dispose();
        return said == null;
    }

    private bool HolderDiesAt(string act, string operation, int step)
    {
        string name = ShmQueueName.NewUnique();
        string where = string.Create(CultureInfo.InvariantCulture, $"{operation}, {act} {step}");
        using var queue = TypedBroadcast<Parcel, TProducers>.Create(s_contract, name, Options);
        queue.Subscribe(Named, SubscribeFrom.Oldest, null).Dispose();
        // To be taken up, it is overtaken first, with positions that have no message among those it missed.
        int sent = operation is "resume" ? 14 : 3;
        for (int i = 0; i < sent; i++)
        {
            queue.TryEnqueue(new Parcel(Filler, i)).ShouldBeTrue();
            if (operation is "resume" && i % 5 == 1 && queue.TryClaim(out SlotWriter<Parcel> writer)) writer.Dispose();
        }

        string? said;
        using (PeerProcess peer = Start(act, name, operation, step))
        {
            peer.Hear("ready");
            said = End(peer, act);
        }

        using var again = queue.Subscribe(Named, SubscribeFrom.Oldest, null);
        List<Parcel> got = [];
        Drain(again, got);
        // What the dead one took is gone with it: nothing unless it takes, and then at most one.
        long taken = sent - got.Count - again.Missed;
        taken.ShouldBeInRange(operation is "take-named" && said != null ? 1 : 0, operation is "take-named" ? 1 : 0, where);
        got.Select(p => p.Sequence).ShouldBe(Enumerable.Range(sent - got.Count, got.Count).Select(i => (long)i), where);
        queue.Delete();
        return said == null;
    }

    /// <summary>Asked for the latest, it must not get what was sent before, whatever its dead predecessor had come to.</summary>
    private bool BeginnerDiesAt(string act, int step)
    {
        string name = ShmQueueName.NewUnique();
        using var queue = TypedBroadcast<Parcel, TProducers>.Create(s_contract, name, Options);
        queue.TryEnqueue(Parcels(Filler, 3)).ShouldBe(3);
        string? said;
        using (PeerProcess peer = Start(act, name, "subscribe-named-latest", step))
        {
            peer.Hear("ready");
            said = End(peer, act);
        }

        using var again = queue.Subscribe(Named, SubscribeFrom.Latest, null);
        queue.TryEnqueue(new Parcel(Filler, 3)).ShouldBeTrue();
        List<Parcel> got = [];
        Drain(again, got);
        got.ShouldBe([new Parcel(Filler, 3)], string.Create(CultureInfo.InvariantCulture, $"{act} {step}"));
        queue.Delete();
        return said == null;
    }

    private static void Drain(TypedSubscription<Parcel> subscription, List<Parcel> got)
    {
        while (subscription.TryDequeue(out Parcel parcel)) got.Add(parcel);
    }

    private static Parcel[] Parcels(long producer, int count) => [.. Enumerable.Range(0, count).Select(i => new Parcel(producer, i))];

    private static void Send(TypedBroadcast<Parcel, TProducers> queue, in Parcel parcel, List<Parcel> sent)
    {
        queue.Enqueue(parcel, default);
        sent.Add(parcel);
    }

    private PeerProcess Start(string act, string name, string operation, int step) =>
        PeerProcess.Start([act, typeof(TProducers).Name, nameof(Subscribers), _folder.Location, name,
            string.Create(CultureInfo.InvariantCulture, $"{operation}:{step}")]);

    /// <summary>What the peer said; null if it died.</summary>
    private string? End(PeerProcess peer, string act)
    {
        string? said = peer.Hear();
        if (said == null)
        {
            peer.WaitForKill();
            return null;
        }

        if (act is ByLabel) _met.UnionWith(peer.Hear()!.Split('|'));
        peer.WaitForSuccess();
        return said;
    }

    /// <summary>Leaves the subscription of a process that is killed.</summary>
    private void LeaveDead(string name, string whose)
    {
        using PeerProcess peer = Start(ByAccess, name, whose is Named ? "hold-named" : "hold", 1);
        peer.Hear("ready");
        peer.Kill();
        peer.WaitForKill();
    }
}

public sealed class BroadcastKillTests_ManyProducers(ITestOutputHelper output) : BroadcastKillTests<ManyProducers>(output);
public sealed class BroadcastKillTests_OneProducer(ITestOutputHelper output) : BroadcastKillTests<OneProducer>(output);
