using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;
using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>The real ring, one shared access at a time, over all interleavings within the bounds.</summary>
public abstract class RepertoireTests<TProducers, TConsumers>(ITestOutputHelper output)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    public static TheoryData<string, int, int> Programs()
    {
        TheoryData<string, int, int> programs = [];
        foreach ((string program, int preemptions, int deaths) in Repertoire.All)
        {
            bool oneConsumer = typeof(TConsumers) != typeof(ManyConsumers), displaces = typeof(TConsumers) != typeof(OneWaitingConsumer);
            if (!ProgramText.Parse(program).Suits(typeof(TProducers) == typeof(OneProducer), oneConsumer, displaces)) continue;
            programs.Add(program, preemptions + (Repertoire.IsLong ? 1 : 0), deaths);
        }

        return programs;
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Every_interleaving_is_one_of_a_queue(string program, int preemptions, int deaths)
    {
        long start = Stopwatch.GetTimestamp();
        using Exploration<TProducers, TConsumers, SteppingMemory> exploration = new(ProgramText.Parse(program));
        if (exploration.FindFailure(preemptions, deaths) is { } failure) Assert.Fail(failure);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{exploration.Runs} interleavings, {exploration.Deaths} with a death, {exploration.Histories} histories, "
                + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s"));
    }
}
