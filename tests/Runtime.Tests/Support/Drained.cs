namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>What can be taken now.</summary>
internal static class Drained
{
    /// <summary>Takes everything that is there. Each message is whole.</summary>
    /// <returns>Their sequences, in the order in which they came.</returns>
    public static IReadOnlyList<long> From(IShmConsumer<Parcel> consumer)
    {
        List<long> taken = [];
        while (consumer.TryDequeue(out Parcel parcel))
        {
            parcel.IsWhole.ShouldBeTrue();
            taken.Add(parcel.Sequence);
        }

        return taken;
    }
}
