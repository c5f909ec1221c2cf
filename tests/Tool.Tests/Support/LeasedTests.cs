using System.Text.Json;

namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>The base of tests of queues whose messages are leased, here and in other processes.</summary>
public abstract class LeasedTests : ToolTests
{
    protected const string Name = "parcels";

    /// <summary>A queue with acknowledged delivery and so many parcels in it.</summary>
    protected TypedAcknowledged<Parcel, ManyProducers> Create(int messages, Func<ShmQueueOptions, ShmQueueOptions>? with = null)
    {
        var queue = Folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Create(Contracts.Parcel<ManyProducers, Workers>(), Name,
            with == null ? Options : with(Options)));
        for (int i = 0; i < messages; i++) queue.Enqueue(new Parcel(1, i));
        return queue;
    }

    protected TypedBroadcast<Parcel, ManyProducers> CreateBroadcast(string name = Name, int maxGroups = 4) =>
        Folder.Track(TypedBroadcast<Parcel, ManyProducers>.Create(Contracts.Parcel<ManyProducers, Subscribers>(), name,
            Options with { MaxGroups = maxGroups }));

    /// <summary>A process that has taken so many messages, and keeps them.</summary>
    protected PeerProcess Holder(int count)
    {
        PeerProcess peer = Peer<ManyProducers, Workers>("keep", Name, $"{count}");
        peer.Hear().ShouldStartWith("holds ");
        return peer;
    }

    /// <summary>The same, in a group.</summary>
    protected PeerProcess Member(string group, int count)
    {
        PeerProcess peer = Peer<ManyProducers, Subscribers>("keep", Name, $"{group}:{count}");
        peer.Hear().ShouldStartWith("holds");
        return peer;
    }

    protected static void Acknowledge(IShmTaker<TypedLease<Parcel>> queue, int count)
    {
        for (int i = 0; i < count; i++) queue.Take().Acknowledge().ShouldBeTrue();
    }

    protected JsonElement Facts(string name = Name) => JsonDocument.Parse(Shmq("stat", name, "--json").Text).RootElement;

    protected JsonElement[] Findings(int exitCode, string name = Name)
    {
        Answer answer = Shmq("doctor", name, "--json");
        answer.ExitCode.ShouldBe(exitCode, answer.Output + answer.Error);
        return [.. JsonDocument.Parse(answer.Output).RootElement.EnumerateArray()];
    }

    protected static string What(JsonElement finding) => finding.GetProperty("what").GetString()!;

    protected static string Remedy(JsonElement finding) => finding.GetProperty("remedy").GetString()!;
}
