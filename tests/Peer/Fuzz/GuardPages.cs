using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Peer.Fuzz;

/// <summary>
/// Pages without access beside a queue's mapping: what reads or writes past its end faults there and then. They are never given back, so
/// that what is mapped later finds no gap with another neighbour.
/// </summary>
internal static partial class GuardPages
{
    private const nint Size = 1 << 16, LargestGap = 1 << 30;
    private const int NoAccess = 0, PrivateAnonymous = 0x22, FixedNoReplace = 0x100000;

    /// <summary>To be called before something is mapped: the kernel puts it below the lowest mapping when there is no gap above.</summary>
    public static void Prepare()
    {
        List<Mapping> all = Mappings();
        foreach ((Mapping lower, Mapping upper) in all.Zip(all.Skip(1)))
        {
            nint gap = upper.Start - lower.End;
            if (gap is > 0 and < LargestGap) _ = Map(lower.End, gap, NoAccess, PrivateAnonymous | FixedNoReplace, -1, 0);
        }

        Separate();
    }

    /// <summary>To be called between two things that are mapped.</summary>
    public static void Separate() => _ = Map(0, Size, NoAccess, PrivateAnonymous, -1, 0);

    /// <summary>To be called after all is mapped.</summary>
    /// <returns>How many mappings of the file there are, and how many of them have a guard on both sides.</returns>
    public static (int All, int Guarded) Enclose(string path)
    {
        foreach (Mapping mapping in Mappings().Where(m => m.IsOf(path)))
        {
            _ = Map(mapping.Start - Size, Size, NoAccess, PrivateAnonymous | FixedNoReplace, -1, 0);
            _ = Map(mapping.End, Size, NoAccess, PrivateAnonymous | FixedNoReplace, -1, 0);
        }

        List<Mapping> all = Mappings();
        List<Mapping> ours = all.FindAll(m => m.IsOf(path));
        return (ours.Count, ours.Count(m =>
            all.Exists(g => g.IsGuard && g.End == m.Start) && all.Exists(g => g.IsGuard && g.Start == m.End)));
    }

    private static List<Mapping> Mappings() => [.. File.ReadLines("/proc/self/maps").Select(Mapping.Parse)];

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    private readonly record struct Mapping(nint Start, nint End, string Line)
    {
        public bool IsGuard => Line.Contains(" ---p ", StringComparison.Ordinal);

        public bool IsOf(string path) => Line.EndsWith(path, StringComparison.Ordinal);

        public static Mapping Parse(string line)
        {
            string[] range = line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-');
            return new Mapping(Hex(range[0]), Hex(range[1]), line);
        }

        // The kernel's own page is above the signed half; it is nobody's neighbour.
        private static nint Hex(string text) => unchecked((nint)ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }
}
