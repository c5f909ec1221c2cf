using System.Reflection;
using TypedShmQueue.WindowsRunner;

// TypedShmQueue.WindowsRunner run <short|long> <results file> [part of a test's name]...
// TypedShmQueue.WindowsRunner program <name of an assembly> <its arguments>
//
// One self-contained program has every test and the programs that tests start: a machine without .NET needs nothing else.
return args switch
{
    ["program", var name, .. var rest] => AppDomain.CurrentDomain.ExecuteAssemblyByName(new AssemblyName(name), rest),
    ["run", var form, var results, .. var parts] => new TestRun(form is "long", parts).Run(results),
    _ => throw new ArgumentException("Give 'run short FILE', 'run long FILE' or 'program NAME'.", nameof(args)),
};
