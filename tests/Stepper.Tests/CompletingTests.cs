using System.Globalization;
using TypedShmQueue.Stepper.Tests.Faults;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;
using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>
/// One producer's stream ended by another thread of its process, at every step of a call that sends, its marks included: what was sent
/// comes out, and nothing is sent after the end.
/// </summary>
public sealed class CompletingTests(ITestOutputHelper output)
{
    public static TheoryData<string, int, int> Programs => new()
    {
        { "2 0: e e & x | d d", 2, 0 },
        { "2 0: e & x", 4, 0 },
        { "2 1: e2 e & x | d d", 2, 0 },
        { "2 2: e & x | d", 2, 0 },
        { "2 0: c e & x | d", 2, 0 },
        { "2 0: a e & x | d", 2, 0 },
        { "2 0: e & x & x", 2, 0 },
        { "2 0: e e & x | d i i d", 1, 1 },
        { "2 2: s & x | d", 2, 0 },
        { "2 2: s e & x | d i", 2, 0 },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public void Stream_is_ended_at_every_step_of_a_call(string program, int preemptions, int deaths)
    {
        Explore<ManyConsumers>(program, preemptions, deaths);
        Explore<OneConsumer>(program, preemptions, deaths);
        if (ProgramText.Parse(program).Suits(oneProducer: false, oneConsumer: true, displaces: false))
            Explore<OneWaitingConsumer>(program, preemptions, deaths);
    }

    [Theory]
    [InlineData("2 0: e & x")]
    [InlineData("2 1: e2 & x | d")]
    [InlineData("2 0: c & x")]
    [InlineData("2 2: s & x")]
    public void Thread_that_completes_and_keeps_no_claim_out_is_found(string program)
    {
        using Exploration<OneProducer, ManyConsumers, OpenDoorMemory> exploration = new(ProgramText.Parse(program));
        output.WriteLine(exploration.FindFailure(preemptions: 2, deaths: 0).ShouldNotBeNull());
    }

    private void Explore<TConsumers>(string program, int preemptions, int deaths)
        where TConsumers : struct, IConsumerRole
    {
        using Exploration<OneProducer, TConsumers, MarkSteppingMemory> exploration = new(ProgramText.Parse(program));
        if (exploration.FindFailure(preemptions + (Repertoire.IsLong ? 1 : 0), deaths) is { } failure) Assert.Fail(failure);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{typeof(TConsumers).Name}: {exploration.Runs} interleavings, {exploration.Deaths} with a death, {exploration.Histories} "
                + $"histories"));
    }
}
