using System.Globalization;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>
/// One public call of a process that takes under leases, which dies at one of its labelled steps (see <see cref="LabelTrap"/>).
/// </summary>
/// <param name="handle">The queue.</param>
/// <param name="join">Takes from it by this handle.</param>
/// <param name="remove">Removes a group of that name, where there are several; null where there is one only.</param>
internal sealed class KillLeaseLabel(QueueBase handle, Func<string, IShmTaker<TypedLease<Parcel>>> join, Func<string, bool>? remove)
{
    /// <summary>The group that is there, and one that the call begins.</summary>
    private const string Jobs = "jobs", More = "more";

    private const long Me = 100;

    private const int Batch = 3;

    private static readonly TimeSpan s_farAway = TimeSpan.FromHours(1);

    /// <param name="argument">"operation:step", the step by its number or its label.</param>
    public void Play(string argument)
    {
        string[] parts = argument.Split(':', 2);
        new LabelTrap(parts[1]).Run(Prepare(parts[0]));
        GC.KeepAlive(handle);
    }

    private Func<string> Prepare(string operation)
    {
        switch (operation)
        {
            case "take-first" or "take-waiting":
                IShmTaker<TypedLease<Parcel>> first = join(Jobs);
                return () => Described(first.Take(default));
            case "take-batch":
                IShmTaker<TypedLease<Parcel>> taker = join(Jobs);
                return () => string.Concat(TakeBatch(taker).Select(l => Described(l)));
            case "acknowledge" or "give-back" or "reject" or "give-back-later":
                TypedLease<Parcel>[] held = TakeBatch(join(Jobs));
                return Silently(() =>
                {
                    foreach (TypedLease<Parcel> lease in held) Settle(operation, lease);
                });
            case "take-poisonous":
                IShmTaker<TypedLease<Parcel>> careful = join(Jobs);
                return () => Described(careful.Take(default));
            case "dispose" or "leave":
                IShmTaker<TypedLease<Parcel>> leaves = join(Jobs);
                _ = TakeBatch(leaves);
                return Silently(string.Equals(operation, "leave", StringComparison.Ordinal)
                    ? ((IDisposable)leaves).Dispose
                    : handle.Dispose);
            case "join":
                return Silently(() => join(Jobs));
            case "begin":
                return Silently(() => join(More));
            case "remove":
                ((IDisposable)join(More)).Dispose();
                return Silently(() => remove!(More));
            case "enqueue":
                return Silently(() => ((IShmProducer<Parcel>)handle).Enqueue(new Parcel(Me, 0), default));
            default:
                throw new NotSupportedException($"No such operation: {operation}.");
        }
    }

    private static TypedLease<Parcel>[] TakeBatch(IShmTaker<TypedLease<Parcel>> taker)
    {
        TypedLease<Parcel>[] leases = new TypedLease<Parcel>[Batch];
        return taker.Take(leases.AsSpan(), default) == Batch ? leases : throw new InvalidOperationException("There are too few messages.");
    }

    private static void Settle(string operation, in TypedLease<Parcel> lease)
    {
        switch (operation)
        {
            case "acknowledge":
                if (!lease.Acknowledge()) throw new InvalidOperationException("A message was taken back from a living worker.");
                break;
            case "reject": lease.Reject(); break;
            case "give-back-later": lease.Abandon(s_farAway); break;
            default: lease.Abandon(); break;
        }
    }

    private static string Described(in TypedLease<Parcel> lease) => lease.Value.IsWhole
        ? string.Create(CultureInfo.InvariantCulture, $" {lease.Value.Sequence}/{lease.Deliveries}")
        : throw new InvalidDataException("A message is not as it was sent.");

    private static Func<string> Silently(Action act) => () =>
    {
        act();
        return "";
    };

    private static Func<string> Silently<TResult>(Func<TResult> act) => () =>
    {
        _ = act();
        return "";
    };
}
