namespace TypedShmQueue.Samples.Multiplexer;

/// <summary>Whether every subscriber can account for every reading that was sent.</summary>
internal static class Summary
{
    /// <summary>Prints an account for each subscriber. True if all of them add up.</summary>
    public static bool AddsUp(IReadOnlyList<Report> reports, long sent)
    {
        bool all = true;
        Console.WriteLine();
        Console.WriteLine($"{"subscriber",-12}{"before it",10}{"received",10}{"passed",10}{"missed",10}{"sum",10}");
        foreach (var subscriber in reports.GroupBy(r => r.Subscriber.ToString(), StringComparer.Ordinal))
        {
            // Billing reports twice: it is one subscription, which remembers what it missed.
            long before = subscriber.Min(r => r.From), received = subscriber.Sum(r => r.Received);
            long passed = subscriber.Sum(r => r.PassedOver), missed = subscriber.Max(r => r.Missed);
            long sum = before + received + passed + missed;
            bool fits = sum == sent;
            string lacking = fits ? "" : $"   of {sent} sent";
            Console.WriteLine($"{subscriber.Key,-12}{before,10}{received,10}{passed,10}{missed,10}{sum,10}{lacking}");
            all &= fits;
        }

        Console.WriteLine(all
            ? $"Every subscriber accounts for all {sent} readings."
            : $"{sent} readings were sent, and not every subscriber accounts for them.");
        return all;
    }
}
