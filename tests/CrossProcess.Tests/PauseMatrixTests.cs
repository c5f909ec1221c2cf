using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;
using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// A paused process is not a dead one, wherever it is paused: every operation by a real process that stops itself before its k-th shared
/// access, for all k until it is not stopped any more. Others look on meanwhile, and find nobody to bury; when it goes on, everything
/// arrives.
/// </summary>
public abstract class PauseMatrixTests<TProducers, TConsumers>(ITestOutputHelper output) : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const int Capacity = 4, Paused = 100, Filler = 1, Behind = 2;

    /// <summary>So many looks, that the oldest position is looked into several times.</summary>
    private const int ManyLooks = 2000;

    protected virtual bool IsInShortForm => false;

    /// <summary>From one access to the next that the short form stops at.</summary>
    private const int ShortStride = 3;

    /// <summary>
    /// Operation, messages in the ring before it, messages that it sends, and the access the short form begins at: operations that have
    /// much in common begin at different ones, so that together they stop at every access of a claim.
    /// </summary>
    public static TheoryData<string, int, int, int> Operations()
    {
        TheoryData<string, int, int, int> operations = new()
        {
            { "enqueue", 1, 1, 1 },
            { "enqueue-batch", 1, 3, 2 },
            { "commit", 1, 1, 2 },
            { "abandon", 1, 0, 3 },
            { "dequeue", 2, 0, 1 },
            { "dequeue-batch", 3, 0, 2 },
        };
        if (typeof(TConsumers) != typeof(OneWaitingConsumer)) operations.Add("shift", Capacity, 1, 3);
        return operations;
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_stopped_at_every_access_loses_nothing_and_is_not_buried(string operation, int filled, int sends, int shortFirst)
    {
        if (!IsInShortForm && !MatrixForm.IsLong)
        {
            output.WriteLine(MatrixForm.OnlyLong);
            return;
        }

        (int access, int stride) = MatrixForm.IsLong ? (1, 1) : (shortFirst, ShortStride);
        int pauses = 0;
        for (; StopsAt(operation, access, filled, sends); access += stride) pauses++;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{pauses} pauses"));
        pauses.ShouldBeGreaterThan(0);
    }

    private bool StopsAt(string operation, int access, int filled, int sends)
    {
        string name = ShmQueueName.NewUnique();
        string where = string.Create(CultureInfo.InvariantCulture, $"{operation}, stopped at access {access}");
        using var queue = TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, name, Folder.Options with { Capacity = Capacity });
        using (var filler = TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, name, Folder.Options))
        {
            for (int i = 0; i < filled; i++) filler.Enqueue(new Parcel(Filler, i), default);
        }

        using PeerProcess peer = PeerProcess.Start(["kill-step", typeof(TProducers).Name, typeof(TConsumers).Name, Folder.Location, name,
            $"{operation}:{access}:stop"]);
        peer.Hear("ready");
        Worker.WaitUntil(() => peer.HasExited || peer.IsStopped, "a peer that stopped or ended");
        bool stopped = !peer.HasExited;
        Ledger others = new(), paused = new();
        bool consumes = operation.StartsWith("dequeue", StringComparison.Ordinal);
        int behind = 0;
        if (stopped)
        {
            if (!OneProducer && queue.TryEnqueue(new Parcel(Behind, 0))) behind = 1;
            // A message is left for the one that is stopped while it takes one; of one consumer it is the only one that takes.
            if (!consumes) Look(queue, others);
            else if (!OneConsumer && queue.TryDequeue(out Parcel first)) others.Add(first);
            queue.GetStatistics().Recovered.ShouldBe(0, where);
            peer.Continue();
        }

        string said = peer.Hear() ?? throw new InvalidDataException($"It died: {where}.");
        peer.WaitForSuccess();
        foreach (string told in said.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            string[] parts = told.Split('/');
            paused.Add(long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
        }

        Look(queue, others);
        (var missing, int doubled) = Ledger.Balance([others, paused], [(Filler, filled), (Paused, sends), (Behind, behind)]);
        missing.ShouldBeEmpty(where);
        doubled.ShouldBe(0, where);
        queue.GetStatistics().Recovered.ShouldBe(0, where);
        queue.Delete();
        return stopped;
    }

    private static void Look(TypedQueue<Parcel, TProducers, TConsumers> queue, Ledger ledger)
    {
        for (int i = 0; i < ManyLooks; i++)
        {
            if (queue.TryDequeue(out Parcel parcel)) ledger.Add(parcel);
        }
    }
}

public sealed class PauseMatrixTests_ManyProducers_ManyConsumers(
    ITestOutputHelper output) : PauseMatrixTests<ManyProducers, ManyConsumers>(output)
{
    protected override bool IsInShortForm => true;
}

public sealed class PauseMatrixTests_ManyProducers_OneConsumer(
    ITestOutputHelper output) : PauseMatrixTests<ManyProducers, OneConsumer>(output);
public sealed class PauseMatrixTests_ManyProducers_OneWaitingConsumer(
    ITestOutputHelper output) : PauseMatrixTests<ManyProducers, OneWaitingConsumer>(output);
public sealed class PauseMatrixTests_OneProducer_ManyConsumers(
    ITestOutputHelper output) : PauseMatrixTests<OneProducer, ManyConsumers>(output);
public sealed class PauseMatrixTests_OneProducer_OneConsumer(ITestOutputHelper output) : PauseMatrixTests<OneProducer, OneConsumer>(output);
public sealed class PauseMatrixTests_OneProducer_OneWaitingConsumer(
    ITestOutputHelper output) : PauseMatrixTests<OneProducer, OneWaitingConsumer>(output);
