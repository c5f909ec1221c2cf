using System.Globalization;
using System.Text;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// Names from a schema as identifiers of a language. Anybody may have written the schema: what it names becomes a name and nothing else,
/// and each name is given once in its scope. Mutable.
/// </summary>
/// <param name="isStart">What an identifier may begin with.</param>
/// <param name="isPart">What may follow.</param>
/// <param name="taken">What is taken from the start.</param>
internal sealed class Names(Func<Rune, bool> isStart, Func<Rune, bool> isPart, params IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = new(taken, StringComparer.Ordinal);

    /// <summary>The name if it is one and is free, else one that looks like it.</summary>
    public string Give(string wanted)
    {
        string name = Like(wanted);
        for (int i = 2; !_taken.Add(name); i++) name = string.Create(CultureInfo.InvariantCulture, $"{Like(wanted)}_{i}");
        return name;
    }

    private string Like(string wanted)
    {
        StringBuilder name = new(wanted.Length);
        foreach (Rune rune in wanted.EnumerateRunes()) name.Append(isPart(rune) ? rune.ToString() : "_");
        string text = name.ToString();
        return text.Length > 0 && Rune.GetRuneAt(text, 0) is var first && isStart(first) ? text : "_" + text;
    }
}
