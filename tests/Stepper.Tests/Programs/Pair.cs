namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>A message whose two halves must agree: one read while another was written is told apart.</summary>
internal readonly record struct Pair(long Value, long Complement)
{
    public Pair(long value)
        : this(value, ~value)
    {
    }

    public bool IsWhole => Complement == ~Value;
}
