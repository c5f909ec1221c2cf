using System.Globalization;
using TypedShmQueue.Bench.Measuring;

namespace TypedShmQueue.Bench.Reporting;

/// <summary>Numbers as a reader wants them: three digits that count, and the unit that makes them short.</summary>
internal static class Figures
{
    public static string Text(Unit unit, double value) => unit switch
    {
        _ when double.IsNaN(value) => "-",
        Unit.PerSecond => value >= 1e6 ? $"{Digits(value / 1e6)} M/s" : value >= 1e3 ? $"{Digits(value / 1e3)} k/s" : $"{Digits(value)} /s",
        Unit.Nanoseconds => Time(value),
        _ => $"{Time(value)}/s",
    };

    public static string Number(double value) => Digits(value);

    public static string Ratio(double ratio) => double.IsFinite(ratio) ? $"{Digits(ratio)} ×" : "-";

    private static string Time(double nanoseconds) =>
        nanoseconds >= 1e6 ? $"{Digits(nanoseconds / 1e6)} ms" : nanoseconds >= 1e4 ? $"{Digits(nanoseconds / 1e3)} us" : $"{Digits(nanoseconds)} ns";

    private static string Digits(double value) =>
        value >= 0.1
            ? value.ToString(value >= 100 ? "F0" : value >= 10 ? "F1" : "F2", CultureInfo.InvariantCulture)
            // As a decimal it has no exponent, however small.
            : ((decimal)double.Parse(value.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
}
