using System.Globalization;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>One call as its caller saw it: when it began and ended on the run's clock, what was asked and what came of it.</summary>
internal sealed class Call(int actor, Verb verb, long[] sent, int wanted, int begin)
{
    public const int Never = int.MaxValue;

    public int Actor => actor;

    public Verb Verb => verb;

    /// <summary>For producers: what was to be sent.</summary>
    public long[] Sent => sent;

    /// <summary>How many were to be sent or taken.</summary>
    public int Wanted => wanted;

    public int Begin => begin;

    /// <summary><see cref="Never"/>: the caller died in it.</summary>
    public int End { get; set; } = Never;

    public RingStatus Status { get; set; }

    /// <summary>For producers: how many were sent.</summary>
    public int Accepted { get; set; }

    /// <summary>For consumers what was taken or seen, for displacing producers what was displaced; in order.</summary>
    public List<long> Got { get; } = [];

    public bool IsPending => End == Never;

    /// <summary>It ended with an exception: its caller lives, and knows that it has nothing of it but what it got.</summary>
    public bool HasThrown { get; set; }

    public override string ToString()
    {
        string asked = sent.Length > 0
            ? string.Join(',', sent)
            : wanted > 1
            ? string.Create(CultureInfo.InvariantCulture, $"{wanted}")
            : "";
        string came = IsPending ? "died in it" : HasThrown ? "threw" : string.Create(CultureInfo.InvariantCulture,
            $"{Status}{(sent.Length > 1 ? $" {Accepted}" : "")}{(Got.Count > 0 ? $" [{string.Join(',', Got)}]" : "")}");
        return string.Create(CultureInfo.InvariantCulture,
            $"{begin,3}-{(IsPending ? "?" : End.ToString(CultureInfo.InvariantCulture)),-3} actor {actor}: {verb}({asked}) -> {came}");
    }
}
