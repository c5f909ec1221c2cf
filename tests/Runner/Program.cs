using System.Globalization;
using System.Reflection;
using TypedShmQueue.Runner;
using Xunit.Abstractions;
using Xunit.Sdk;

// TypedShmQueue.Runner <assembly> [--only text]... [--not text]... [--threads n]
// Runs the tests of an assembly beside it, in this process: what "dotnet test" does on a machine that has an SDK, for platforms that have
// none. --only keeps tests whose full name contains one of the texts, --not drops those that contain one. Ends with
// "N passed, N failed, N skipped"; the exit code is 0 if none failed and one at least passed.
string? assembly = null;
int threads = 1;
List<string> only = [], not = [];
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--only": only.Add(args[++i]); break;
        case "--not": not.Add(args[++i]); break;
        case "--threads": threads = int.Parse(args[++i], CultureInfo.InvariantCulture); break;
        default: assembly = args[i]; break;
    }
}

if (assembly == null)
{
    Console.Error.WriteLine("usage: TypedShmQueue.Runner <assembly> [--only text]... [--not text]... [--threads n]");
    return 2;
}

Report report = new();
using XunitTestFramework framework = new(report.Diagnostics);
using ITestFrameworkExecutor executor = framework.GetExecutor(Assembly.Load(assembly).GetName());
using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(Assembly.Load(assembly)));
Options options = new();
options.SetValue("xunit.discovery.PreEnumerateTheories", value: true);
using Found found = new();
discoverer.Find(includeSourceInformation: false, found, options);
found.Wait();
ITestCase[] cases = [.. found.Cases.Where(c => only.Count == 0 || only.Exists(text => Has(c, text)))
    .Where(c => !not.Exists(text => Has(c, text)))];
options.SetValue("xunit.execution.MaxParallelThreads", threads);
options.SetValue("xunit.execution.DisableParallelization", threads <= 1);
executor.RunTests(cases, report, options);
report.Wait();
return report.Close();

static bool Has(ITestCase test, string text) => test.DisplayName.Contains(text, StringComparison.Ordinal);
