using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Testing;

/// <summary>Contracts as the compiler would write them, by hand: these tests are about the runtime.</summary>
public static class Contracts
{
    public const string ParcelFields =
        "0 8 i64 Producer\n8 8 i64 Sequence\n16 8 u64 Seal1\n24 8 u64 Seal2\n32 8 u64 Seal3\n40 8 u64 Seal4\n48 8 u64 Seal5\n";

    /// <summary>The contract of a queue of <see cref="Testing.Parcel"/>s by these roles.</summary>
    public static QueueContract Parcel<TProducers, TConsumers>(int capacity = 8, Overflow overflow = Overflow.Any) =>
        Of<Parcel, TProducers, TConsumers>(ParcelFields, capacity, overflow);

    /// <summary>The contract of a queue of any messages: <paramref name="fields"/> are the schema's lines after the first.</summary>
    public static QueueContract Of<T, TProducers, TConsumers>(string fields, int capacity = 8, Overflow overflow = Overflow.Any)
        where T : unmanaged
    {
        int size = Unsafe.SizeOf<T>();
        byte[] schema = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"tsq1 {typeof(T).Name} {size}\n{fields}"));
        bool waits = typeof(TConsumers) == typeof(OneWaitingConsumer) || typeof(TConsumers) == typeof(Workers);
        return new QueueContract(typeof(T).Name, size, capacity, Hash(schema), schema,
            typeof(TProducers) == typeof(OneProducer) ? Endpoints.One : Endpoints.Many,
            typeof(TConsumers) == typeof(OneWaitingConsumer) || typeof(TConsumers) == typeof(OneConsumer) ? Endpoints.One : Endpoints.Many,
            waits ? Overflow.Wait : overflow,
            typeof(TConsumers) == typeof(Subscribers) ? Delivery.Broadcast
                : typeof(TConsumers) == typeof(Workers) ? Delivery.Acknowledged : Delivery.Queue);
    }

    /// <summary>FNV-1a 64, written anew: the tests do not take the runtime's word for it.</summary>
    public static ulong Hash(ReadOnlySpan<byte> text)
    {
        ulong hash = 14695981039346656037;
        foreach (byte b in text) hash = unchecked((hash ^ b) * 1099511628211);
        return hash;
    }
}
