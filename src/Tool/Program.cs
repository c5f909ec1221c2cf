using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Verbs;

RootCommand root = new("Looks at the queues of TypedShmQueue on this machine, and mends them. Every queue carries its schema, so no assembly is needed.")
{
    new LsVerb(), new StatVerb(), new WatchVerb(), new TailVerb(), new PeekVerb(), new DumpVerb(), new SchemaVerb(),
    new SendVerb(), new DrainVerb(),
    new VerifyVerb(), new DoctorVerb(), new RepairVerb(), new GcVerb(), new RmVerb(),
    new CompletionVerb(),
};
root.Options.Add(CommonOptions.Directory);
root.Options.Add(CommonOptions.Shared);
root.Options.Add(CommonOptions.Json);
HelpOption help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExamples((HelpAction)help.Action!);
// A word that begins with a slash is a path here, and shells need not be offered it.
foreach (string alias in help.Aliases.Where(static alias => alias.StartsWith('/')).ToArray()) help.Aliases.Remove(alias);

ParseResult parsed = root.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    foreach (string error in parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal)) await Console.Error.WriteLineAsync("shmq: " + Plain.Text(string.Join(' ', error.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))));
    await Console.Error.WriteLineAsync($"'{CommandLineOf(parsed)} --help' says how it is used.");
    return ExitCode.WrongInput;
}

try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (Failures.ExitCodeOf(e) is { } code)
{
    if (Failures.SentenceOf(e) is { Length: > 0 } sentence) await Console.Error.WriteLineAsync("shmq: " + Plain.Text(sentence));
    return code;
}

static string CommandLineOf(ParseResult parsed) => parsed.CommandResult.Command is RootCommand ? "shmq" : "shmq " + parsed.CommandResult.Command.Name;
