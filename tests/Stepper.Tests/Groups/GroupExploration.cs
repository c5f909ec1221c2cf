using System.Runtime.CompilerServices;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Groups;

/// <summary>All runs of one program of a consumer group.</summary>
internal sealed class GroupExploration<TProducers, TMemory> : Explorer
    where TProducers : struct, IProducerRole
    where TMemory : struct, IMemory
{
    private readonly ProgramText _program;
    private readonly Board _board;

    public GroupExploration(ProgramText program)
        : this(program, BoardFor(program))
    {
    }

    private GroupExploration(ProgramText program, Board board)
        : base(program, board) => (_program, _board) = (program, board);

    /// <summary>A seeded fault: the living are taken for dead.</summary>
    public bool MistakesTheLiving { get; init; }

    /// <summary>A seeded fault: messages are looked at when they are settled already.</summary>
    public bool ReadsTooLate { get; init; }

    protected override ITrial NewTrial(Decisions decisions, Bounds bounds) =>
        new GroupTrial<TProducers, TMemory>(_program, _board, decisions, bounds, MistakesTheLiving, ReadsTooLate);

    /// <summary>Two entries for each process, and for who comes after them.</summary>
    private static Board BoardFor(ProgramText program) => new(program.Capacity, Unsafe.SizeOf<Pair>(), subscriptions: 0,
        Overflow.Any, leases: (program.Threads.Count + 1) * Member<HardwareMemory>.Entries);
}
