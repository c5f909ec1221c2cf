using System.Runtime.CompilerServices;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Broadcast;

/// <summary>All runs of one broadcast program.</summary>
internal sealed class BroadcastExploration<TProducers, TMemory> : Explorer
    where TProducers : struct, IProducerRole
    where TMemory : struct, IMemory
{
    private readonly ProgramText _program;
    private readonly Board _board;
    private readonly bool _mistakesTheLiving;

    public BroadcastExploration(ProgramText program, bool mistakesTheLiving = false)
        : this(program, BoardFor(program), mistakesTheLiving)
    {
    }

    private BroadcastExploration(ProgramText program, Board board, bool mistakesTheLiving)
        : base(program, board) => (_program, _board, _mistakesTheLiving) = (program, board, mistakesTheLiving);

    protected override ITrial NewTrial(Decisions decisions, Bounds bounds) =>
        new BroadcastTrial<TProducers, TMemory>(_program, _board, decisions, bounds, _mistakesTheLiving);

    /// <summary>Where no thread displaces, subscriptions may rely on it, and take without a look at head.</summary>
    private static Board BoardFor(ProgramText program) => new(program.Capacity, Unsafe.SizeOf<Pair>(),
        subscriptions: program.Threads.Count, program.Threads.Any(t => t.Displaces) ? Overflow.Any : Overflow.Wait);
}
