namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>One thread of a program, of one of its processes.</summary>
internal sealed class Actor(int index, int process, Action body)
{
    private readonly Signal _turn = new();

    public int Index => index;

    public int Process => process;

    public bool HasBegun { get; private set; }

    public bool HasEnded { get; private set; }

    public bool IsKilled { get; set; }

    public bool CanRun => !HasEnded && !IsKilled;

    public void GiveTurn() => _turn.Set();

    public void AwaitTurn() => _turn.Take();

    /// <summary>Runs to its end or its death.</summary>
    public void Run()
    {
        HasBegun = true;
        try
        {
            body();
        }
        catch (KilledException)
        {
            // It is dead: its program ends where it was.
        }
        finally
        {
            HasEnded = true;
        }
    }
}
