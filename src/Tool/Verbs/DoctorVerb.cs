using Spectre.Console;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Diagnosis;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>What is wrong, whose it is, and what to do.</summary>
internal sealed class DoctorVerb : Verb
{
    public DoctorVerb()
        : base("doctor", "Report what is wrong with a queue, at which position, which process caused it, and what to do. Only reads.",
        "shmq doctor trades",
        "shmq doctor trades --json || notify   exit code 4: corrupt, 6: something needs an action") => Arguments.Add(CommonOptions.Queue);

    protected override int Run(Call call)
    {
        IReadOnlyList<Finding> findings = FindingsOf(call);
        if (call.Json) call.Screen.Document(findings);
        else if (findings.Count == 0) call.Screen.Say($"Nothing is wrong with the queue '{call.Queue}'.");
        else Show(call.Screen, findings);
        return findings.Any(static f => f.Severity == Severity.Corrupt)
            ? ExitCode.Unusable
            : findings.Any(static f => f.Severity == Severity.Trouble)
            ? ExitCode.Findings
            : ExitCode.Done;
    }

    private static IReadOnlyList<Finding> FindingsOf(Call call)
    {
        try
        {
            using JournalInspection? journal = call.OpenJournalAlone(out SegmentReader? open);
            if (journal != null) return [.. DurableDoctor.Examine(journal)];
            using SegmentReader queue = open!;
            return Doctor.Examine(queue);
        }
        catch (ShmqException e) when (e.ExitCode == ExitCode.NoSuchQueue)
        {
            // There is none any more, and perhaps there are still processes that do not know it.
            string name = call.Queue;
            IReadOnlyList<int> holders = LostFiles.HoldersOf(Path.Combine(QueueFiles.DirectoryOf(call.Options), name));
            if (holders.Count == 0) throw;
            return [.. holders.Select(process => Doctor.LostBy(process, name, call.Options))];
        }
    }

    private static void Show(Screen screen, IReadOnlyList<Finding> findings)
    {
        foreach (Finding finding in findings)
        {
            Style style = finding.Severity switch { Severity.Corrupt => Styles.Bad, Severity.Trouble => Styles.Warning, _ => Styles.Faint };
            Table table = Screen.NewTable("", "");
            table.HideHeaders();
            table.AddRow(Screen.Cell(finding.Severity.ToString().ToLowerInvariant(), style), Screen.Cell(finding.What));
            table.AddRow(Screen.Cell(""), Screen.Cell("→ " + finding.Remedy));
            screen.Write(table);
        }
    }
}
