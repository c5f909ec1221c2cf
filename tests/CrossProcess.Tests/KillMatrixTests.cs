using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;
using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// Every operation, by a real process that kills itself before its k-th shared access, for all k until it survives. After each death a
/// survivor and a newcomer pass a thousand messages, and the ledger must balance.
/// </summary>
public abstract class KillMatrixTests<TProducers, TConsumers>(ITestOutputHelper output) : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const int Capacity = 4, MostHandles = 3, Killer = 100, Filler = 1;

    protected virtual bool IsInShortForm => false;

    /// <summary>Operation, messages in the ring before it, most that it may take with it.</summary>
    public static TheoryData<string, int, int> Operations()
    {
        TheoryData<string, int, int> operations = new()
        {
            { "enqueue", 1, 0 },
            { "enqueue-batch", 1, 0 },
            { "commit", 1, 0 },
            { "abandon", 1, 0 },
            { "publish-span", 1, 0 },
            { "abandon-span", 1, 0 },
            { "dequeue", 2, 1 },
            { "dequeue-batch", 3, 2 },
            { "peek", 2, 0 },
            { "complete", 2, 0 },
        };
        if (typeof(TConsumers) != typeof(OneWaitingConsumer)) operations.Add("shift", Capacity, 1);
        if (!OneProducer) operations.Add("recover", 0, 1);
        return operations;
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Operation_killed_at_every_access_loses_and_doubles_nothing(string operation, int filled, int mostTaken)
    {
        if (!IsInShortForm && !MatrixForm.IsLong)
        {
            output.WriteLine(MatrixForm.OnlyLong);
            return;
        }

        int access = 1;
        while (DiesAt(operation, access, filled, mostTaken)) access++;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{access - 1} deaths"));
        access.ShouldBeGreaterThan(1);
    }

    private bool DiesAt(string operation, int access, int filled, int mostTaken)
    {
        string name = ShmQueueName.NewUnique();
        // Few entries, so that recovery has few lanes to look at: each look is one more access to die at.
        using var survivor = TypedQueue<Parcel, TProducers, TConsumers>
            .Create(Contract, name, Folder.Options with { Capacity = Capacity, MaxParticipants = MostHandles });
        List<(long Producer, long Sequence)> before = Prepare(operation, name, filled);
        string? said = Kill(name, operation, access);
        string where = string.Create(CultureInfo.InvariantCulture, $"{operation}, killed at access {access}");

        using var newcomer = TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, name, Folder.Options);
        Survivors<TProducers, TConsumers> survivors = new(survivor);
        survivors.GoOn(newcomer);
        int sends = operation switch { "enqueue" or "commit" or "shift" => 1, "enqueue-batch" or "publish-span" => 3, _ => 0 };
        bool completes = string.Equals(operation, "complete", StringComparison.Ordinal);
        new Death(where, Killer, said, before, mostTaken, sends, completes).Judge(survivors.Left, survivors.FoundCompleted);
        survivor.Delete();
        return said == null;
    }

    private List<(long Producer, long Sequence)> Prepare(string operation, string name, int filled)
    {
        // A dead claim for the operation to recover; the message behind it waits for that.
        if (string.Equals(operation, "recover", StringComparison.Ordinal))
        {
            // The eighth access of an enqueue comes after its claim and before its word.
            Kill(name, "enqueue", 8).ShouldBeNull();
            filled = 1;
        }

        using var filler = TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, name, Folder.Options);
        List<(long Producer, long Sequence)> messages = [.. Enumerable.Range(0, filled).Select(i => ((long)Filler, (long)i))];
        foreach ((long producer, long sequence) in messages) filler.Enqueue(new Parcel(producer, sequence), default);
        return messages;
    }

    /// <summary>What the process acknowledged; null: it died first.</summary>
    private string? Kill(string name, string operation, int access)
    {
        using PeerProcess peer = PeerProcess.Start(["kill-step", typeof(TProducers).Name, typeof(TConsumers).Name, Folder.Location, name,
            $"{operation}:{access}"]);
        peer.Hear("ready");
        string? said = peer.Hear();
        if (said == null) peer.WaitForKill();
        else peer.WaitForSuccess();
        return said;
    }
}

public sealed class KillMatrixTests_ManyProducers_ManyConsumers(
    ITestOutputHelper output) : KillMatrixTests<ManyProducers, ManyConsumers>(output)
{
    protected override bool IsInShortForm => true;
}

public sealed class KillMatrixTests_ManyProducers_OneConsumer(
    ITestOutputHelper output) : KillMatrixTests<ManyProducers, OneConsumer>(output);
public sealed class KillMatrixTests_ManyProducers_OneWaitingConsumer(
    ITestOutputHelper output) : KillMatrixTests<ManyProducers, OneWaitingConsumer>(output);
public sealed class KillMatrixTests_OneProducer_ManyConsumers(
    ITestOutputHelper output) : KillMatrixTests<OneProducer, ManyConsumers>(output);
public sealed class KillMatrixTests_OneProducer_OneConsumer(ITestOutputHelper output) : KillMatrixTests<OneProducer, OneConsumer>(output);

public sealed class KillMatrixTests_OneProducer_OneWaitingConsumer(
    ITestOutputHelper output) : KillMatrixTests<OneProducer, OneWaitingConsumer>(output)
{
    protected override bool IsInShortForm => true;
}
