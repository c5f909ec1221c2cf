using System.Diagnostics;
using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Analyzers;
using TypedShmQueue.Generator.Analyzers.Usage;

namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>
/// A refused message whose queue is named in a field, a parameter or a base list: the compiler stops at the missing type before the
/// analyzers report, so the generator must.
/// </summary>
public sealed class DeclaredQueueTests
{
    /// <summary>An example of each rule that keeps a queue from being emitted or compiled.</summary>
    private static readonly Dictionary<string, string> s_examples = new(StringComparer.Ordinal)
    {
        ["TSQ001"] = "[ShmQueue] public struct Trade { public long Id; public string Symbol; }",
        ["TSQ002"] = "[ShmQueue] public struct Trade { public nint Buffer; }",
        ["TSQ003"] = "[ShmQueue] public struct Trade(double value) { public double Doubled() => value * 2; }",
        ["TSQ004"] = "[ShmQueue] public struct Trade { public (double Bid, double Ask) Prices; }",
        ["TSQ005"] = "[ShmQueue] public struct Trade;",
        ["TSQ006"] = "public class Market { [ShmQueue] public struct Trade { public long Id; } }",
        ["TSQ007"] = "[ShmQueue(Capacity = 1000)] public struct Trade { public long Id; }",
        ["TSQ008"] = "public static class TradeQueue { } [ShmQueue] public struct Trade { public long Id; }",
        ["TSQ009"] = """[ShmQueue(QueueName = "trades/eu")] public struct Trade { public long Id; }""",
        ["TSQ010"] = "[ShmQueue(Delivery = Delivery.Broadcast, Consumers = Endpoints.One)] public struct Trade { public double Price; }",
        ["TSQ011"] = "[ShmQueue] public unsafe struct Trade { public fixed byte Bytes[1 << 27]; }",
        ["TSQ012"] = "[ShmQueue(Serializer = typeof(Fit))] public sealed record Trade(long Id);" + Fit,
        ["TSQ013"] = "[ShmQueue(Serializer = typeof(Unfit), MaxMessageBytes = 60)] public sealed record Trade(long Id); "
            + "public sealed class Unfit;",
        ["TSQ014"] = "[ShmQueue(Serializer = typeof(Fit), MaxMessageBytes = 100_000_000)] public sealed record Trade(long Id);" + Fit,
        ["TSQ015"] = "[ShmQueue(MaxMessageBytes = 64)] public struct Trade { public long Time; }",
        ["TSQ019"] = "[ShmQueue(Delivery = Delivery.Broadcast)] public struct Trade { public double Price; "
            + "} public enum TradeSubscription { Free, Paid }",
        ["TSQ029"] = "[ShmQueue] public struct Trade { public long Id; }",
        ["TSQ031"] = "[ShmQueue] public struct Trade { public long Id; } public partial class TradeQueue { public const int SlotSize = " +
            "1; }",
        ["TSQ032"] = "[ShmQueue(Producers = (Endpoints)4)] public struct Trade { public long Id; }",
        ["TSQ034"] = "public interface IHas { long X { get; set; } } [ShmQueue] public struct Trade : "
            + "IHas { public long OfTSQ034_IHas_X { get; set; } long IHas.X { get; set; } }",
    };

    private const string Fit =
        """
        public sealed class Fit : IShmSerializer<Trade>
        {
            public static void Serialize(in Trade message, System.Buffers.IBufferWriter<byte> destination) { }
            public static Trade Deserialize(System.ReadOnlySpan<byte> bytes) => new Trade(1);
        }
        """;

    public static TheoryData<string> Ids => [.. s_examples.Keys];

    [Fact]
    public void Every_rule_that_keeps_a_queue_away_has_an_example() => s_examples.Keys.Order(StringComparer.Ordinal).ShouldBe(
        new MessageAnalyzer().SupportedDiagnostics.Concat(new PartAnalyzer().SupportedDiagnostics).Select(static rule => rule.Id)
            .Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Ids))]
    public void The_generator_reports_the_rule(string id) =>
        GeneratorRun.Of(Declared(id)).Diagnostics.Select(static diagnostic => diagnostic.Id).ShouldBe(id is "TSQ029" ? [] : [id]);

    [Theory]
    [InlineData("7.3", true)]
    [InlineData("latest", true)]
    [InlineData("latest", false)]
    public async Task The_compiler_writes_each_rule_once(string language, bool isDeclared)
    {
        var folder = Directory.CreateTempSubdirectory("tsq-rules-").FullName;
        try
        {
            string[] ids = language is "latest"
                ? [.. s_examples.Keys.Where(id => id is not "TSQ029" && (isDeclared || id is not "TSQ031"))]
                : ["TSQ029"];
            foreach (var id in ids)
                await File.WriteAllTextAsync(Path.Combine(folder, id + ".cs"), Declared(id, isDeclared ? "TradeQueue" : "object"));

            var written = await Compile(folder, language, ids);

            foreach (var id in ids)
                written.Count(line =>
                    line.Contains(id + ".cs(", StringComparison.Ordinal) && line.Contains($"error {id}:", StringComparison.Ordinal))
                    .ShouldBe(1, string.Join('\n', written));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The example, and a class that has its queue in all of its declarations.</summary>
    private static string Declared(string id, string queue = "TradeQueue") =>
        $$"""
        using TypedShmQueue;

        namespace Of{{id}}
        {
            {{s_examples[id]}}

            public class Holder
            {
                private readonly {{queue}} _queue;
                public Holder({{queue}} queue) { _queue = queue; }
                public {{queue}} Queue { get { return _queue; } }
            }

            public interface IHolder<T> { }
            public class Derived : IHolder<{{queue}}> { }
        }
        """;

    /// <summary>Runs the compiler of the SDK, with this generator and its analyzers, and gives the lines that it writes.</summary>
    private static async Task<string[]> Compile(string folder, string language, string[] ids)
    {
        var compiler = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "compiler.txt"))).Trim();
        string[] arguments =
        [
            "-nologo", "-target:library", "-unsafe", "-langversion:" + language, "-out:" + Path.Combine(folder, "out.dll"),
            "-nostdlib", "-analyzer:" + typeof(QueueGenerator).Assembly.Location,
            .. TestCompilation.Create().References.Select(static reference => "-reference:" + reference.Display),
            .. ids.Select(id => Path.Combine(folder, id + ".cs")),
        ];
        var response = Path.Combine(folder, "compile.rsp");
        await File.WriteAllLinesAsync(response, arguments.Select(static argument => $"\"{argument}\""));
        ProcessStartInfo start = new("dotnet", ["exec", compiler, "-noconfig", "@" + response]) { UseShellExecute = false,
            RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        (await errors).ShouldBeEmpty();
        return output.Split('\n');
    }
}
