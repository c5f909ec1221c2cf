using System.Globalization;
using System.Text;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Reporting;

namespace TypedShmQueue.Bench.Publishing;

/// <summary>The tables of the pages, each by the name that its page calls it by.</summary>
internal static class PublishedTables
{
    /// <summary>
    /// What one would use between two processes without this library: calls of the system, a queue that is installed with it, a package.
    /// </summary>
    private static readonly string[] s_usual = ["boost message_queue", "anonymous pipe", "named pipe", "Unix socket", "TCP loopback",
        "POSIX mq", "Cloudtoid.Interprocess", "Disruptor-net (polls)"];

    private static readonly string[] s_throughput = ["8 B, one at a time", "64 B, one at a time", "8 B, batches of 64",
        "64 B, batches of 64"];
    private static readonly string[] s_shapes = ["1 to 1", "2 to 2", "4 to 4", "1 to 8", "8 to 1"];

    private static readonly string[] s_spread = ["min", "max"];
    private static readonly string[] s_shares = ["p90", "p99", "p99.9", "max"];

    private const string RoundTrip = "round trip of 56 B";
    private const string RoundTripFewSlots = "round trip of 56 B, 8 slots";
    private const string Waking = "send to parked consumer awake, 56 B";

    public static IReadOnlyDictionary<string, Func<Results, string>> All { get; } =
        new Dictionary<string, Func<Results, string>>(StringComparer.Ordinal)
    {
        ["summary"] = Summary,
        ["throughput"] = Throughput,
        ["processes"] = Processes,
        ["round trips"] = static results => Clocked(results.Cells("latency", RoundTrip), "a bare cache line"),
        ["slots"] = Slots,
        ["waking"] = static results => Clocked(results.Cells("wake", Waking), "a bare futex wake"),
        ["idle"] = static results => Idle(results),
        ["kills"] = Kills,
        ["aims"] = Aims,
        ["broadcast"] = Broadcast,
        ["subscribers"] = Subscribers,
        ["calls"] = Calls,
        ["every run"] = EveryRun,
    };

    private static string Summary(Results results)
    {
        Table table = new("two processes, medians", "cores", "one/one", "many/many",
            "best of pipes, sockets, message queues, Cloudtoid.Interprocess, Disruptor-net");
        List<PublishedCell> used = [];
        Add("8-byte messages, one at a time", results.Cells("throughput", s_throughput[0]));
        Add("64-byte messages, one at a time", results.Cells("throughput", s_throughput[1]));
        Add("64-byte messages, 4 to 4 processes", results.Cells("scale", "4 to 4 processes, 64 B"));
        Add("round trip, 56 bytes", results.Cells("latency", RoundTrip), "a bare cache line");
        Add("parked consumer awake", results.Cells("wake", Waking), "a bare futex");
        return table + States(used);

        void Add(string what, IReadOnlyList<PublishedCell> cells, string? floor = null)
        {
            foreach (PublishedCell cell in cells)
            {
                string label = floor == null ? what : $"{what} ({floor}: {Median(cell, cell.Rows[0])})";
                table.Add(label, Text(cell.Cores), Median(cell, cell.Find("one/one")), Median(cell, cell.Find("many/many")),
                    Named(cell, Best(cell, s_usual)));
                used.Add(cell);
            }
        }
    }

    private static string Throughput(Results results)
    {
        PublishedCell[] cells = [.. s_throughput.SelectMany(title => results.Cells("throughput", title))];
        Table table = new(["contestant", .. cells.Select(static cell => cell.Title)]);
        table.Add(["cores", .. cells.Select(static cell => Text(cell.Cores))]);
        foreach (PublishedRow row in cells.SelectMany(static cell => cell.Rows).DistinctBy(static row => row.Name, StringComparer.Ordinal))
            table.Add([Name(row), .. cells.Select(cell => cell.Find(row.Name) is { } own ? Bold(row, Measured(cell, own)) : "")]);
        return table + States(cells);
    }

    private static string Processes(Results results)
    {
        Table table = new("producers to consumers", "cores", "many/many", "best peer between processes", "times",
            "Channels, in one process", "times");
        List<PublishedCell> used = [];
        foreach (string shape in s_shapes)
        {
            foreach (PublishedCell cell in results.Cells("scale", $"{shape} processes, 64 B"))
            {
                PublishedRow ours = cell.Row("many/many");
                PublishedRow best = Best(cell, s_usual)!;
                PublishedRow channels = cell.Row("Channels (in process)");
                table.Add(shape, Text(cell.Cores), Median(cell, ours), Named(cell, best), Times(ours, best), Median(cell, channels),
                    Times(ours, channels));
                used.Add(cell);
            }
        }

        return table + States(used);
    }

    /// <summary>Percentiles of everybody, for each state that was met.</summary>
    private static string Clocked(IReadOnlyList<PublishedCell> cells, string floor)
    {
        Table table = new("contestant", "cores", "p50", $"to {floor}", "p99", "p99.9");
        foreach (PublishedCell cell in cells)
        {
            foreach (PublishedRow row in cell.Rows)
            {
                table.Add([Name(row), Text(cell.Cores),
                    .. new[] { Median(cell, row), Ratio(row), Percentile(row, "p99"),
                    Percentile(row, "p99.9") }.Select(text => Bold(row, text))]);
            }
        }

        return table + States(cells);
    }

    private static string Idle(Results results)
    {
        Table table = new("parked on an empty queue", "cores", "processor time");
        foreach (PublishedCell cell in results.Cells("idle", "processor time of a waiting consumer"))
            foreach (PublishedRow row in cell.Rows)
                table.Add(Name(row), Text(cell.Cores), Bold(row, Median(cell, row)));
        return table.ToString();
    }

    private static string Kills(Results results)
    {
        Table table = new(["a producer is killed, another one sends", "longest gap, p50", "largest", .. KillTotals.Headings]);
        foreach (PublishedCell cell in results.Cells("kills", "a producer killed while it sends, another one goes on, 64 B"))
            foreach (PublishedRow row in cell.Rows)
                table.Add([Name(row), .. new[] { Median(cell, row), Figure(cell, row.Max) }.Concat(Totals(row)).Select(text => Bold(row, text))]);
        return table.ToString();
    }

    private static IEnumerable<string> Totals(PublishedRow row) =>
        row.Kills?.Texts ?? KillTotals.Headings.Select(static _ => "-");

    private static string Slots(Results results)
    {
        Table table = new("slots", "cores", "bare slots of 64 B", "one/one", "many/many");
        List<PublishedCell> used = [];
        foreach ((string slots, string title) in new[] { ("1,024", RoundTrip), ("8", RoundTripFewSlots) })
        {
            foreach (PublishedCell cell in results.Cells("slots", title))
            {
                table.Add(slots, Text(cell.Cores), Range(cell.Row("floor: bare slots of 64 B")), Range(cell.Row("one/one")),
                    Range(cell.Row("many/many")));
                used.Add(cell);
            }
        }

        return table + States(used);
    }

    private static string Broadcast(Results results)
    {
        string[] contestants = ["broadcast, one producer that may displace", "broadcast, one producer", "broadcast, many producers",
            "broadcast, one producer, stamped"];
        Table table = new("", "cores", "one/one queue", "one producer that may displace", "one producer, `Overflow.Wait`", "many producers",
            "one producer, stamped");
        List<PublishedCell> used = [];
        foreach (string title in s_throughput.Select(static title => "one subscriber, " + title).Append(RoundTrip))
        {
            foreach (PublishedCell cell in results.Cells("broadcast beside the queue", title))
            {
                table.Add([title, Text(cell.Cores), Median(cell, cell.Row("one/one")),
                    .. contestants.Select(name => Range(cell.Row(name)))]);
                used.Add(cell);
            }
        }

        return table + States(used);
    }

    private static string Subscribers(Results results)
    {
        string[] contestants = ["one/one", "broadcast, one producer", "broadcast, many producers", "broadcast, one producer, " +
            "stamped", "loop of named pipes", "loop of Unix sockets"];
        Table table = new(["subscribers", "cores", "the queue's one consumer", .. contestants[1..]]);
        List<PublishedCell> used = [];
        foreach (PublishedCell cell in results.Runs.SelectMany(static run => run.Cells).Where(static cell => Results.Is(cell.Scenario,
            "subscribers")))
        {
            string subscribers = new([.. cell.Title.Where(char.IsAsciiDigit).Take(1)]);
            table.Add([subscribers, Text(cell.Cores), .. contestants.Select(name => Median(cell, cell.Find(name)))]);
            used.Add(cell);
        }

        return table + States(used);
    }

    private static string Calls(Results results)
    {
        PublishedCell cell = results.Cells("calls", "single calls, 64 B")[0];
        Table table = new("call", "mean", $"to a `lock cmpxchg` ({Median(cell, cell.Rows[0])})");
        foreach (PublishedRow row in cell.Rows.Skip(1)) table.Add(row.Name, Median(cell, row), Ratio(row));
        return table.ToString();
    }

    /// <summary>What was aimed at. Whether it was reached is computed, not written.</summary>
    private static string Aims(Results results)
    {
        Table table = new("aim", "cores", "measured", "");
        Over("64 B one at a time: 1.2 times the C++ ring", results.Cells("throughput", s_throughput[1]), static cell =>
            new(cell.Row("one/one").Ratio!.Value / cell.Row("C++ ring (polls)").Ratio!.Value, 1.2, " times, by ratios to the floor"));
        Over("8 B in batches of 64: 200 M/s", results.Cells("throughput", s_throughput[2]),
            static cell => PerSecond(cell, "one/one", 200e6));
        Over("64 B in batches of 64: 200 M/s", results.Cells("throughput", s_throughput[3]),
            static cell => PerSecond(cell, "one/one", 200e6));
        Over("many/many, 64 B one at a time: 40 M/s", results.Cells("throughput", s_throughput[1]),
            static cell => PerSecond(cell, "many/many", 40e6));
        Over("the same, in the cell *1 to 1 processes*", results.Cells("scale", "1 to 1 processes, 64 " +
            "B"), static cell => PerSecond(cell, "many/many", 40e6));
        foreach (string shape in new[] { "2 to 2", "4 to 4" })
        {
            Over($"{shape} processes: 5 times the best peer", results.Cells("scale", $"{shape} processes, 64 B"), static cell =>
                new(cell.Row("many/many").Median!.Value / cell.Rows.Where(static row => Results.Is(row.Standing,
                    "Peer")).Max(static row => row.Median ?? 0), 5, " times"));
        }

        foreach ((string slots, string title) in new[] { ("8 slots", RoundTripFewSlots), ("1,024 slots", RoundTrip) })
        {
            Over($"round trip in {slots}, one/one: 1.10 of a bare line", results.Cells("slots", title),
                static cell => Below(cell.Row("one/one"), 1.10));
            Over($"round trip in {slots}, many/many: 1.20 of a bare line", results.Cells("slots", title),
                static cell => Below(cell.Row("many/many"), 1.20));
        }

        Over("round trip in 8 slots, one/one polled: 1.10 of a bare line", results.Cells("latency", RoundTripFewSlots),
            static cell => Below(cell.Row("one/one, polled"), 1.10));
        Over("round trip in 8 slots, many/many polled: 1.20 of a bare line", results.Cells("latency", RoundTripFewSlots),
            static cell => Below(cell.Row("many/many, polled"), 1.20));
        Over("wake, one/one: 1.25 of a bare futex", results.Cells("wake", Waking), static cell => Below(cell.Row("one/one"), 1.25));
        Over("wake, many/many: 1.25 of a bare futex", results.Cells("wake", Waking), static cell => Below(cell.Row("many/many"), 1.25));
        foreach (string name in new[] { "one/one", "many/many", "one/one, polled" })
        {
            Over($"p99.9 of the round trip, {name}: 3 times p50", results.Cells("latency", RoundTrip), cell =>
                new(cell.Row(name).Percentiles!["p99.9"] / cell.Row(name).Median!.Value, 3, " times") { IsMost = true });
        }

        return table.ToString();

        void Over(string aim, IReadOnlyList<PublishedCell> cells, Func<PublishedCell, Aim> of)
        {
            foreach (PublishedCell cell in cells)
            {
                Aim found = of(cell);
                table.Add(aim, Text(cell.Cores), found.ToString(), found.Verdict);
            }
        }

        static Aim PerSecond(PublishedCell cell, string name, double least) =>
            new(cell.Row(name).Median!.Value, least, "") { Written = Median(cell, cell.Row(name)) };

        static Aim Below(PublishedRow row, double most) =>
            new(row.Ratio!.Value, most, "") { IsMost = true, To = row.RatioTo, Written = Range(row) };
    }

    /// <param name="Value">What was measured; the least, where several runs are meant.</param>
    /// <param name="Goal">What it was to be.</param>
    /// <param name="What">Behind the number.</param>
    private sealed record Aim(double Value, double Goal, string What)
    {
        public bool IsMost { get; init; }

        public double? To { get; init; }

        public string? Written { get; init; }

        public string Verdict =>
            (Reached(Value), Reached(To ?? Value)) switch { (true, true) => "reached", (false, false) => "not reached",
            _ => "in some runs" };

        public override string ToString() => Written ?? Number(Value) + What;

        private bool Reached(double value) => IsMost ? Math.Round(value, 2) <= Goal : value >= Goal;
    }

    /// <summary>Every figure of every run, with what it came from.</summary>
    private static string EveryRun(Results results)
    {
        StringBuilder text = new();
        foreach (PublishedRun run in results.Runs)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"## Run: {run.Name}\n\n`{run.Command}` · {run.Machine} " +
                $"· {run.At}{(run.Commit == null ? "" : $" · commit {run.Commit}")}\n");
            foreach (PublishedCell cell in run.Cells)
            {
                bool clocked = cell.Rows.Any(static row => row.Percentiles != null);
                bool spread = cell.Rows.Any(static row => row.Min != null);
                bool killed = cell.Rows.Any(static row => row.Kills != null);
                Table table = new(
                [
                    "contestant", clocked ? "p50" : "median", .. spread ? s_spread : [], "÷ floor",
                    .. clocked ? s_shares.Select(static share => share is "max" ? "worst" : share) : [], .. killed ? KillTotals.Headings : [],
                ]);
                foreach (PublishedRow row in cell.Rows)
                {
                    string[] cells =
                    [
                        row.Error ?? Median(cell, row), .. spread ? new[] { Figure(cell, row.Min), Figure(cell, row.Max) } : [], Range(row),
                        .. clocked ? s_shares.Select(share => Percentile(row, share)) : [], .. killed ? Totals(row) : [],
                    ];
                    table.Add([Name(row), .. cells.Select(one => Bold(row, one))]);
                }

                string rounds = cell.Rounds is { } count ? string.Create(CultureInfo.InvariantCulture, $"; {count} rounds") : "";
                _ = text.Append(CultureInfo.InvariantCulture,
                    $"\n### {char.ToUpperInvariant(cell.Scenario[0])}{cell.Scenario[1..]}: {cell.Title}\n\n" +
                    $"Cores: {Text(cell.Cores)}{rounds}.\n\n{table}");
            }

            _ = text.Append('\n');
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>Which of the machine's two states a table cannot speak of.</summary>
    private static string States(IEnumerable<PublishedCell> cells)
    {
        HashSet<Cores> met = [.. cells.Select(static cell => cell.Cores)];
        return (met.Contains(Cores.Near), met.Contains(Cores.Far)) switch
        {
            (true, true) => "",
            (true, false) => "\nNo row was measured with the cores far from each other in all rounds.\n",
            (false, true) => "\nNo row was measured with the cores near each other in all rounds.\n",
            _ => "\nNo row tells the two states of the cores apart.\n",
        };
    }

    private static string Text(Cores cores) => cores switch
    {
        Cores.Near => "near",
        Cores.Far => "far",
        Cores.Mixed => "near and far, by rounds",
        Cores.One => "one",
        _ => "not recorded",
    };

    private static PublishedRow? Best(PublishedCell cell, string[] names)
    {
        IEnumerable<PublishedRow> rows = cell.Rows.Where(row => row.Median != null && names.Contains(row.Name, StringComparer.Ordinal));
        return cell.Unit == Unit.PerSecond ? rows.MaxBy(static row => row.Median) : rows.MinBy(static row => row.Median);
    }

    private static string Named(PublishedCell cell, PublishedRow? row) => row == null ? "-" : $"{Median(cell, row)} ({row.Name})";

    private static string Times(PublishedRow one, PublishedRow other) => Number(one.Median!.Value / other.Median!.Value);

    private static string Measured(PublishedCell cell, PublishedRow row) =>
        row.Ratio == null ? Median(cell, row) : $"{Median(cell, row)} ({Ratio(row)})";

    private static string Median(PublishedCell cell, PublishedRow? row) => Figure(cell, row?.Median);

    private static string Figure(PublishedCell cell, double? value) => value is { } number ? Figures.Text(cell.Unit, number) : "-";

    private static string Percentile(PublishedRow row, string share) =>
        row.Percentiles?.TryGetValue(share, out double value) == true ? Figures.Text(Unit.Nanoseconds, value) : "-";

    private static string Ratio(PublishedRow row) => row.Ratio is { } ratio ? Number(ratio) : "-";

    private static string Range(PublishedRow row) => row.RatioTo is { } to ? $"{Ratio(row)}-{Number(to)}" : Ratio(row);

    private static string Number(double ratio) => Figures.Number(ratio);

    private static string Name(PublishedRow row) => Bold(row, row.Name);

    private static string Bold(PublishedRow row, string text) => Results.Is(row.Standing, "Ours") && text.Length > 0 ? $"**{text}**" : text;

    /// <summary>Markdown: the first column to the left, the others to the right.</summary>
    private sealed class Table(params string[] headings)
    {
        private readonly StringBuilder _text = new(Line(headings) + Line(headings.Select(static (_, column) => column == 0 ? "---"
            : "--:")));

        public void Add(params string[] cells) => _ = _text.Append(Line(cells));

        public override string ToString() => _text.ToString();

        private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";
    }
}
