using System.Globalization;
using Xunit.Abstractions;

namespace TypedShmQueue.Generator.Tests.Fuzzing;

/// <summary>
/// What an IDE shows the generator while somebody types: whole sources with words missing, doubled or misplaced. Nothing may throw: neither
/// the generator, nor a rule, nor a fix that is offered. TYPING_SEED repeats a run, TYPING_ROUNDS asks for more edits.
/// </summary>
public sealed class HalfTypedTests(ITestOutputHelper output)
{
    private const int DefaultRounds = 15;

    [Fact]
    public async Task Nothing_throws_whatever_is_missing()
    {
        var seed = Given("TYPING_SEED") ?? Random.Shared.Next();
        var rounds = Given("TYPING_ROUNDS") ?? DefaultRounds;
        var random = new Random(seed);
        int diagnosed = 0, repaired = 0;
        for (var round = 0; round < rounds; round++)
        {
            var sources = HalfTyped.Sources.ToArray();
            var edited = random.Next(sources.Length);
            sources[edited] = HalfTyped.Edit(sources[edited], random);
            try
            {
                // Throws if the generator does.
                GeneratorRun.Of(sources);
                var (found, applied) = await FixRun.ApplyEveryFix(sources);
                diagnosed += found;
                repaired += applied;
            }
            catch (Exception cause)
            {
                throw new InvalidOperationException($"TYPING_SEED={seed}, round {round}, of this source:\n{sources[edited]}", cause);
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"TYPING_SEED={seed}: {rounds} edits, {diagnosed} diagnostics, {repaired} fixes applied"));
        diagnosed.ShouldBePositive();
        repaired.ShouldBePositive();
    }

    private static int? Given(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
