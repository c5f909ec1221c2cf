using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace TypedShmQueue.Hosting.Configuration;

/// <summary>Values of a configuration that people write with another meaning than the binder reads.</summary>
internal static class AmbiguousValues
{
    /// <summary>A time span that is a bare number is read as days, and hardly ever meant so.</summary>
    /// <exception cref="InvalidOperationException">One of the values is a bare number.</exception>
    public static void ThrowIfInDays(this IConfigurationSection section, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (section[key] is { } value && double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _))
                throw new InvalidOperationException($"'{key}' is '{value}', which has no unit, so .NET would read it as days. "
                    + $"Write it as hours:minutes:seconds, such as 00:00:30, or days.hours:minutes:seconds.");
        }
    }

    /// <summary>A number as chmod takes it; null if there is no value, or it is not a number but names.</summary>
    /// <exception cref="InvalidOperationException">A digit is not octal, or there are too many of them.</exception>
    public static int? FindOctal(this IConfigurationSection section, string key)
    {
        const int MostDigits = 8;
        if (section[key] is not { Length: > 0 } value || !value.All(char.IsAsciiDigit)) return null;
        if (value.Length > MostDigits || value.Any(static digit => digit > '7'))
            throw new InvalidOperationException($"'{key}' is '{value}', which is not an octal number. "
                + $"Write it as chmod takes it, such as 640, or as names, such as UserRead, UserWrite.");
        return Convert.ToInt32(value, 8);
    }
}
