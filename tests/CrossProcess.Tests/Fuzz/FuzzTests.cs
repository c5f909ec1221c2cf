using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests.Fuzz;

/// <summary>A fixed corpus of hostile content, by a child process. Tens of thousands more are a command (docs/testing.md).</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Seed = 1, Cases = 100;

    public static TheoryData<string, string> Roles()
    {
        TheoryData<string, string> roles = [];
        foreach ((string producers, string consumers) in FuzzRun.Roles) roles.Add(producers, consumers);
        return roles;
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Hostile_content_ends_in_work_as_usual_or_in_a_typed_exception(string producers, string consumers)
    {
        using FuzzRun run = new(producers, consumers, Seed, first: 0, Cases);
        FuzzOutcome outcome = run.Run(static _ => { }, static _ => { });
        output.WriteLine($"{outcome}");
        outcome.Failures.ShouldBeEmpty();
        outcome.Cases.ShouldBe(Cases);
    }
}
