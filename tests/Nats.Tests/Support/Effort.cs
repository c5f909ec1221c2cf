using System.Globalization;

namespace TypedShmQueue.Nats.Tests.Support;

/// <summary>How much is done: little at each change, and much with TSQ_NATS_LONG=1.</summary>
internal static class Effort
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("TSQ_NATS_LONG") is "1";

    public static int Of(int little, int much) => IsLong ? much : little;

    public static string Text(this int number) => number.ToString(CultureInfo.InvariantCulture);
}
