using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Verbs;

RootCommand root = new("Inspects and repairs the queues of TypedShmQueue on this machine. "
    + "Every queue contains its schema, so no assembly is needed.")
{
    new LsVerb(), new StatVerb(), new WatchVerb(), new TailVerb(), new PeekVerb(), new DumpVerb(), new ExportVerb(), new SchemaVerb(),
    new CreateVerb(), new SendVerb(), new DrainVerb(), new RedriveVerb(), new BridgeVerb(),
    new VerifyVerb(), new DoctorVerb(), new RepairVerb(), new ReturnVerb(), new GcVerb(), new RmVerb(),
    new CompletionVerb(),
};
root.Options.Add(CommonOptions.Directory);
root.Options.Add(CommonOptions.Shared);
root.Options.Add(CommonOptions.Json);
root.Options.Add(CommonOptions.Encoding);
HelpOption help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExamples((HelpAction)help.Action!);
// A word that begins with a slash is a path here, and shells need not be offered it.
foreach (string alias in help.Aliases.Where(static alias => alias.StartsWith('/')).ToArray()) help.Aliases.Remove(alias);

// An argument that begins with '@' is an argument, and not the name of a file of arguments.
ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
try
{
    // Only a command line that makes sense has a value.
    Streams.Use(parsed.Errors.Count == 0 ? parsed.GetValue(CommonOptions.Encoding) : null);
}
catch (ShmqException e)
{
    Streams.Use(null);
    await Console.Error.WriteLineAsync("shmq: " + Plain.Text(e.Message));
    return e.ExitCode;
}

if (OutputPipe.IsMissing(OutputPipe.Output))
{
    await Console.Error.WriteLineAsync("shmq: The standard output is closed, so nothing was done. "
        + "Redirect it to /dev/null to run the command without output.");
    return ExitCode.Failed;
}

if (parsed.Action is ParseErrorAction)
{
    foreach (string error in parsed.Errors.Select(e => e.Message).Distinct(StringComparer.Ordinal))
        await Console.Error.WriteLineAsync("shmq: "
            + Plain.Text(string.Join(' ', error.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))));
    await Console.Error.WriteLineAsync($"Run '{CommandLineOf(parsed)} --help' for usage.");
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

static string CommandLineOf(ParseResult parsed) =>
    parsed.CommandResult.Command is RootCommand ? "shmq" : "shmq " + parsed.CommandResult.Command.Name;
