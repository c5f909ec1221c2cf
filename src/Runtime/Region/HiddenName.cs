using System.Buffers;

namespace TypedShmQueue.Region;

/// <summary>
/// Names that a queue's file has before its own one, or after. A name of a queue never starts with a dot, so they never clash with one.
/// </summary>
internal static class HiddenName
{
    /// <summary>Of a file that is not a queue yet.</summary>
    public const string OfNew = ".new-";

    /// <summary>Of a file that is deleted and still in use, on a system that cannot take its name away before.</summary>
    public const string OfOld = ".old-";

    private const int DigitsLength = 32;

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    private static readonly EnumerationOptions s_hiddenToo = new() { AttributesToSkip = FileAttributes.None };

    /// <summary>A name that nobody has.</summary>
    public static string Of(string prefix, string queueName) => $"{prefix}{queueName}-{Guid.NewGuid():N}";

    /// <summary>The prefix, a queue's name, "-" and 32 hexadecimal digits in lower case.</summary>
    public static bool HasForm(ReadOnlySpan<char> name, string prefix)
    {
        if (name.Length < prefix.Length + 2 + DigitsLength || !name.StartsWith(prefix, StringComparison.Ordinal)) return false;
        ReadOnlySpan<char> digits = name[^DigitsLength..], queue = name[prefix.Length..^(DigitsLength + 1)];
        return name[^(DigitsLength + 1)] == '-' && !digits.ContainsAnyExcept(s_digits) && QueueMark.IsName(queue);
    }

    /// <summary>The names in a folder that may have that form.</summary>
    public static string[] In(RegionFolder folder, string prefix)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder.Path, prefix + "*", s_hiddenToo).Select(p => Path.GetFileName(p))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No descriptor left, or a folder that may be written but not read. Creation goes on, and says itself what it cannot do.
            return [];
        }
    }
}
