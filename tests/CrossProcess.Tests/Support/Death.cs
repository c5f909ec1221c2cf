using System.Globalization;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>A call that ended in its process's death, or just did not: the ledger of what may be missing, and what must be there.</summary>
/// <param name="Where">For messages.</param>
/// <param name="Killer">Whose messages the killed process sent.</param>
/// <param name="Said">What it acknowledged: "done" and the messages it took. Null: it died first.</param>
/// <param name="Before">What was in the queue when the call began, in order.</param>
/// <param name="MostTaken">How many of these it may have taken with it.</param>
/// <param name="Sends">How many messages it sends if it lives.</param>
/// <param name="Completes">Whether it completes the queue if it lives.</param>
internal sealed record Death(
    string Where, long Killer, string? Said, IReadOnlyList<(long Producer, long Sequence)> Before, int MostTaken, int Sends, bool Completes)
{
    /// <summary>Nothing acknowledged is lost or doubled, the order is kept, and no more is missing than the call could hold.</summary>
    public void Judge(IReadOnlyList<(long Producer, long Sequence)> left, bool foundCompleted)
    {
        if (!Completes) foundCompleted.ShouldBeFalse(Where);
        else if (Said != null) foundCompleted.ShouldBeTrue(Where);

        // What the dead process told us it took is gone; what it did not tell, it may have taken with it, oldest first.
        (long, long)[] told = [.. (Said ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Parse)];
        (long, long)[] kept = [.. left.Where(m => m.Producer != Killer)];
        Before.Take(told.Length).ShouldBe(told, Where);
        int taken = Before.Count - kept.Length;
        Before.Skip(taken).ShouldBe(kept, Where);
        if (Said != null) taken.ShouldBe(told.Length, Where);
        taken.ShouldBeLessThanOrEqualTo(MostTaken, Where);

        // Its own messages: all, once acknowledged; else the first few of its batch, behind those of before.
        (long, long)[] sent = [.. left.Skip(kept.Length)];
        sent.ShouldBe(Enumerable.Range(0, sent.Length).Select(i => (Killer, (long)i)), Where);
        sent.Length.ShouldBeLessThanOrEqualTo(Sends, Where);
        if (Said != null) sent.Length.ShouldBe(Sends, Where);
    }

    private static (long Producer, long Sequence) Parse(string told)
    {
        string[] parts = told.Split('/');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), long.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}
