using System.Globalization;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;
using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>Runs the one schedule that a failure printed, access by access; without one it does nothing.</summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private const string Variable = "TSQ_STEPPER_REPLAY";

    [Fact]
    public void Schedule_given_by_hand_is_replayed()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } replay)
        {
            output.WriteLine($"{Variable} is not set.");
            return;
        }

        string[] parts = [.. replay.Split(';').Select(p => p.Trim())];
        string? failure = parts[0] switch
        {
            "ManyProducers ManyConsumers" => Replay<ManyProducers, ManyConsumers>(parts),
            "ManyProducers OneConsumer" => Replay<ManyProducers, OneConsumer>(parts),
            "ManyProducers OneWaitingConsumer" => Replay<ManyProducers, OneWaitingConsumer>(parts),
            "OneProducer ManyConsumers" => Replay<OneProducer, ManyConsumers>(parts),
            "OneProducer OneConsumer" => Replay<OneProducer, OneConsumer>(parts),
            "OneProducer OneWaitingConsumer" => Replay<OneProducer, OneWaitingConsumer>(parts),
            _ => throw new NotSupportedException($"No such roles: {parts[0]}."),
        };
        if (failure != null) Assert.Fail(failure);
    }

    private static string? Replay<TProducers, TConsumers>(string[] parts)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        int[] bounds = [.. parts[2].Split(' ').Select(b => int.Parse(b, CultureInfo.InvariantCulture))];
        using Exploration<TProducers, TConsumers, SteppingMemory> exploration = new(ProgramText.Parse(parts[1]));
        return exploration.Replay(parts[3], new Bounds(bounds[0], bounds[1], Throws: bounds.ElementAtOrDefault(2)));
    }
}
