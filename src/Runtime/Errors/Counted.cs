using System.Globalization;

namespace TypedShmQueue.Errors;

/// <summary>Numbers with their noun, for the texts of errors.</summary>
internal static class Counted
{
    public static string Bytes(long count) => count == 1 ? "1 byte" : string.Create(CultureInfo.InvariantCulture, $"{count} bytes");
}
