using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;
using TypedShmQueue.Journal;
using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests.Durable;

/// <summary>
/// Calls on a durable queue by a real process that kills itself at its k-th labelled step, for all k until it survives. After each death
/// the others go on, and then the memory is thrown away as well, with the journal as the dead one left it: what a call had returned for is
/// there both times, each once and in order, and nothing else is.
/// </summary>
public sealed class DurableMatrixTests(ITestOutputHelper output) : DurableProcessTests
{
    private const int Killer = 101, Filler = 1, Newcomer = 2, Filled = 4, MostSent = 3;

    /// <summary>The labels that calls have come to and survived.</summary>
    private static readonly HashSet<string> s_met = new(StringComparer.Ordinal);

    /// <summary>In the short form those that come to all labels.</summary>
    public static TheoryData<string, Scene> CallsOnAQueue()
    {
        TheoryData<string, Scene> calls = new()
        {
            { "open", Scene.Still },
            { "send", Scene.Still },
            { "send", Scene.DeadCommitter },
            { "send", Scene.HalfIsFull },
            { "open-and-send", Scene.PowerFailure },
        };
        if (!MatrixForm.IsLong) return calls;
        foreach (string call in new[] { "send-batch", "send-async", "take", "dispose" }) calls.Add(call, Scene.Still);
        return calls;
    }

    public static TheoryData<string, bool> CallsOnAName()
    {
        TheoryData<string, bool> calls = new() { { "create", false }, { "delete", false }, { "delete", true } };
        if (!MatrixForm.IsLong) return calls;
        calls.Add("create", true);
        calls.Add("delete-by-name", false);
        calls.Add("delete-by-name", true);
        return calls;
    }

    [LabelTheory]
    [MemberData(nameof(CallsOnAQueue))]
    public void Call_killed_at_every_label_loses_nothing_that_it_promised(string call, Scene scene) =>
        KillAtEveryLabel(step => DiesOnAQueue(call, scene, step));

    /// <summary>
    /// A consumer with <see cref="Visibility.Committed"/> elects itself for messages whose producers do not wait, and dies at any step of
    /// that. A message that it has seen is one that the power cannot take back.
    /// </summary>
    [LabelFact]
    public void Consumer_that_sees_committed_messages_killed_at_every_label_has_seen_nothing_that_is_lost() => KillAtEveryLabel(step =>
    {
        Name = ShmQueueName.NewUnique();
        string where = string.Create(CultureInfo.InvariantCulture, $"killed at step {step}");
        Open().Dispose();
        var hasty = Open(Options with { Durability = Durability.Cached });
        hasty.Enqueue([.. Enumerable.Range(0, Filled).Select(i => new Parcel(Filler, i))]);
        (List<string> said, bool died) = Kill(string.Create(CultureInfo.InvariantCulture, $"take-committed:{step}"));
        byte[] journal = Journal();

        // The others go on: what it had seen is taken, and one more may be.
        Drain(hasty).Count.ShouldBeInRange(Filled - said.Count - 1, Filled - said.Count, where);

        // The power fails at the instant of the death. Nobody commits what was taken, so the messages are all there: or none of them is, if
        // the death came before the commit, and then none had been seen.
        LosePower(journal);
        var recovered = Open();
        IReadOnlyList<(long Producer, long Sequence)> left = Drain(recovered);
        if (said.Count > 0 || left.Count > 0) left.ShouldBe(Enumerable.Range(0, Filled).Select(i => ((long)Filler, (long)i)), where);
        recovered.Delete();
        LosePower();
        Content().ShouldBeEmpty(where);
        return died;
    });

    [LabelTheory]
    [MemberData(nameof(CallsOnAName))]
    public void Name_is_of_use_after_a_call_killed_at_any_label(string call, bool losesPower) =>
        KillAtEveryLabel(step => DiesOnAName(call, losesPower, step));

    /// <summary>A snapshot of more than a block is written in parts.</summary>
    [LabelTheory]
    [InlineData("block: part written")]
    [InlineData("block: body written")]
    [InlineData("snapshot: written")]
    [InlineData("snapshot: newest stored")]
    public void A_death_inside_a_large_snapshot_costs_nothing(string label) => Worker.Run(() =>
    {
        const int Many = 20_000;
        ShmQueueOptions large = Options with { Capacity = 1 << 15 };
        var survivor = Open(large);
        survivor.Enqueue([.. Enumerable.Range(0, Many).Select(i => new Parcel(Filler, i))]);
        WriteRing(MarkOffset, 1);
        (List<string> said, bool died) = Kill($"send:{label}");
        (died, said.Count).ShouldBe((true, 0));
        byte[] journal = Journal();
        survivor.Enqueue(new Parcel(Newcomer, 0));
        survivor.Count.ShouldBeInRange(Many + 1, Many + 2);
        LosePower(journal);
        IReadOnlyList<(long Producer, long Sequence)> left = Drain(Open(large));
        left.Count.ShouldBeInRange(Many, Many + 1);
        left.Take(Many).ShouldBe(Enumerable.Range(0, Many).Select(i => ((long)Filler, (long)i)));
        left.Skip(Many).ShouldAllBe(one => one.Producer == Killer);
    });

    /// <summary>A label that no call comes to would be one where nobody has been seen to die.</summary>
    [LabelFact]
    public void Every_label_of_journals_is_come_to()
    {
        foreach (object[] call in CallsOnAQueue()) DiesOnAQueue((string)call[0], (Scene)call[1], step: 0);
        DiesOnAName("create", losesPower: false, step: 0);
        // Where the disk fails, DiskFaultTests come to it; the rest is of large snapshots.
        string[] elsewhere = ["commit: failed", "block: part written", "block: body written"];
        StepLabels.Runtime.Where(StepLabels.IsOfJournals).Except(s_met, StringComparer.Ordinal).Except(elsewhere, StringComparer.Ordinal)
            .ShouldBeEmpty();
    }

    private void KillAtEveryLabel(Func<int, bool> diesAt)
    {
        int step = 0;
        bool died = true;
        // Each under the watchdog: a commit that nobody gets past would be a test that never ends.
        while (died)
        {
            step++;
            Worker.Run(() => died = diesAt(step));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{step - 1} deaths"));
        step.ShouldBeGreaterThan(1);
    }

    private bool DiesOnAQueue(string call, Scene scene, int step)
    {
        Name = ShmQueueName.NewUnique();
        string where = string.Create(CultureInfo.InvariantCulture, $"{call} ({scene}), killed at step {step}");
        var survivor = Open();
        survivor.Enqueue([.. Enumerable.Range(0, Filled).Select(i => new Parcel(Filler, i))]);
        Prepare(scene);
        (List<string> said, bool died) = Kill(string.Create(CultureInfo.InvariantCulture, $"{call}:{step}"));
        byte[] journal = Journal();

        // The others go on.
        if (scene == Scene.PowerFailure) survivor = Open();
        survivor.Enqueue(new Parcel(Newcomer, 0));
        var newcomer = Open();
        newcomer.Enqueue(new Parcel(Newcomer, 1));
        Judge(Drain(newcomer), said, 2, where);

        // The power fails at the instant of the death.
        LosePower(journal);
        var recovered = Open();
        Judge(Drain(recovered), said, 0, where + ", and the power failed");
        recovered.Enqueue(new Parcel(Newcomer, 0));
        recovered.Delete();
        LosePower();
        Content().ShouldBeEmpty(where);
        return died;
    }

    private void Prepare(Scene scene)
    {
        switch (scene)
        {
            case Scene.DeadCommitter:
                WriteRing(MarkOffset, 1);
                break;
            case Scene.HalfIsFull:
                // As if the last commit had filled the half to its end: nothing behind its real end is looked at any more.
                JournalPosition position = new()
                {
                    Newest = ReadRing(MarkOffset + 8),
                    Tried = ReadRing(MarkOffset + 16),
                    NextSequence = ReadRing(MarkOffset + 32),
                    Previous = ReadRing(MarkOffset + 40),
                    Limit = ReadRing(LimitOffset),
                };
                long half = (new FileInfo(JournalPath).Length - 4096) / 2;
                position.NextOffset = 4096 + ((position.Half + 1) * half);
                WriteRing(NextOffsetOffset, position.NextOffset);
                WriteRing(MarkOffset + 56, position.CheckOf());
                break;
            case Scene.PowerFailure:
                LosePower();
                break;
        }
    }

    private bool DiesOnAName(string call, bool losesPower, int step)
    {
        Name = ShmQueueName.NewUnique();
        string where = string.Create(CultureInfo.InvariantCulture, $"{call}, killed at step {step}");
        bool creates = string.Equals(call, "create", StringComparison.Ordinal);
        if (!creates) Open().Enqueue(new Parcel(Filler, 0));
        (_, bool died) = Kill(string.Create(CultureInfo.InvariantCulture, $"{call}:{step}"));
        if (losesPower) LosePower();
        var user = Open();
        IReadOnlyList<(long Producer, long Sequence)> left = Drain(user);
        // Either the whole queue, or none.
        if (creates || !died) left.ShouldBeEmpty(where);
        else if (left.Count > 0) left.ShouldBe([(Filler, 0L)], where);
        user.Enqueue(new Parcel(Newcomer, 0));
        Open().Enqueue(new Parcel(Newcomer, 1));
        Drain(user).ShouldBe([(Newcomer, 0L), (Newcomer, 1L)], where);
        user.Delete();
        Rings().ShouldBeEmpty(where);
        LosePower();
        Content().ShouldBeEmpty(where);
        return died;
    }

    /// <summary>
    /// What is left: the fillers but for those taken, then what the dead one sent, in order. One more of either than it said may be gone,
    /// or there: it died before it could say so.
    /// </summary>
    private static void Judge(IReadOnlyList<(long Producer, long Sequence)> left, List<string> said, int newcomers, string where)
    {
        int taken = said.Count(word => word.StartsWith("took", StringComparison.Ordinal)), sent = said.Count - taken;
        List<long> fillers = Of(Filler), fromDead = Of(Killer);
        fillers.ShouldBe(Enumerable.Range(Filled - fillers.Count, fillers.Count).Select(i => (long)i), where);
        (Filled - fillers.Count).ShouldBeInRange(taken, taken + 1, where);
        fromDead.ShouldBe(Enumerable.Range(0, fromDead.Count).Select(i => (long)i), where);
        fromDead.Count.ShouldBeInRange(sent, MostSent, where);
        Of(Newcomer).ShouldBe(Enumerable.Range(0, newcomers).Select(i => (long)i), where);

        List<long> Of(long producer) => [.. left.Where(one => one.Producer == producer).Select(one => one.Sequence)];
    }

    /// <summary>What the process said before it died, or came to its end.</summary>
    private (List<string> Said, bool Died) Kill(string argument)
    {
        using PeerProcess peer = Peer("kill-durable", argument);
        peer.Hear("ready");
        List<string> said = [];
        while (peer.Hear() is { } word)
        {
            if (!word.StartsWith("done", StringComparison.Ordinal))
            {
                said.Add(word);
                continue;
            }

            lock (s_met) s_met.UnionWith(peer.Hear()!.Split('|'));
            peer.WaitForSuccess();
            return (said, false);
        }

        peer.WaitForKill();
        return (said, true);
    }

    /// <summary>What has happened before the call that is killed.</summary>
    public enum Scene
    {
        Still,

        /// <summary>A committer died in the middle: the call takes over.</summary>
        DeadCommitter,

        /// <summary>The next commit is a snapshot, for want of room.</summary>
        HalfIsFull,

        /// <summary>The memory is gone: the call recovers.</summary>
        PowerFailure,
    }
}
