using System.Globalization;

namespace TypedShmQueue.Bench.Measuring;

/// <summary>What a contestant made of the kills of a cell.</summary>
/// <param name="Played">How many there were.</param>
/// <param name="Hung">After how many nothing moved for 15 s; for 4 s in a quick run.</param>
/// <param name="Lost">Messages that did not come although the call that sent them had returned.</param>
/// <param name="Twice">Messages that came again.</param>
internal sealed record KillTotals(int Played, int Hung, long Lost, long Twice)
{
    public static readonly string[] Headings = ["kills", "hung", "lost", "twice"];

    /// <summary>As the cells of a row.</summary>
    public IEnumerable<string> Texts =>
        new[] { Played, Hung, Lost, Twice }.Select(static count => count.ToString(CultureInfo.InvariantCulture));
}
