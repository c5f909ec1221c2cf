using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>
/// Runs the actors of one program, one at a time. Before each shared access the running actor asks here whether it goes on, another gets
/// the turn (a preemption), or its process dies. The answers come from <see cref="Decisions"/>, so every run can be had again.
/// </summary>
/// <remarks>
/// An actor begins on whatever thread is free, the one whose actor has just ended first of all: only a preemption costs a switch of
/// threads, and a run has two or three.
/// </remarks>
internal sealed class Scheduler(Board board, Decisions decisions, Bounds bounds, Func<int, bool> isMortal)
{
    /// <summary>No program here comes near it: who does runs in circles.</summary>
    private const int MostSteps = 20_000;

    [ThreadStatic]
    private static Scheduler? t_current;

    private readonly List<Actor> _actors = [];
    private readonly Signal _end = new();
    private readonly List<string>? _trace = bounds.Traces ? [] : null;
    private Actor? _running;
    private Exception? _error;
    private int _preemptionsLeft = bounds.Preemptions;
    private int _deathsLeft = bounds.Deaths;
    private int _throwsLeft = bounds.Throws;
    private bool _unwinds;
    private int _steps;
    private bool _aborted;
    private bool _alone;

    /// <summary>Who steps on this thread; null outside a run, where accesses are just made.</summary>
    public static Scheduler? Current => t_current;

    /// <summary>What was done, access by access; empty unless asked for.</summary>
    public IReadOnlyList<string> Trace => _trace ?? [];

    public Board Board => board;

    /// <summary>What the machine's clock says: only a program moves it.</summary>
    public long Milliseconds { get; set; } = 1_000_000;

    public int Deaths => bounds.Deaths - _deathsLeft;

    public int Throws => bounds.Throws - _throwsLeft;

    public bool IsDead(int process) => _actors.Exists(a => a.Process == process && a.IsKilled);

    public void Add(int process, Action body) => _actors.Add(new Actor(_actors.Count, process, body));

    /// <summary>Runs all actors to their end or death; what one of them threw is thrown here.</summary>
    public void Run()
    {
        RunFrom(PickNext());
        _end.Take();
        if (_error != null) throw new InvalidOperationException(_error.Message, _error);
    }

    /// <summary>What the survivors do when the actors are through: nobody comes between, and a run in circles is found here too.</summary>
    public void RunAlone(Action body)
    {
        _alone = true;
        _steps = 0;
        t_current = this;
        try
        {
            body();
        }
        finally
        {
            t_current = null;
        }
    }

    /// <summary>A point where the running actor may be preempted, unless <paramref name="commutes"/>, and may die.</summary>
    public void Step(bool commutes)
    {
        if (_aborted && !_alone) throw new KilledException();
        if (++_steps > MostSteps) throw new InvalidOperationException("The program does not come to its end.");
        if (_alone) return;
        Actor me = _running!;
        int others = commutes || _preemptionsLeft == 0 ? 0 : _actors.Count(a => a != me && a.CanRun);
        int options = 1 + others + (_deathsLeft > 0 && isMortal(me.Process) ? 1 : 0);
        int option = options == 1 ? 0 : decisions.Choose(options);
        if (option == 0) return;
        if (option > others)
        {
            _deathsLeft--;
            foreach (Actor thread in _actors.Where(a => a.Process == me.Process && !a.HasEnded)) thread.IsKilled = true;
            _trace?.Add($"-- process {me.Process} dies");
            throw new KilledException();
        }

        _preemptionsLeft--;
        PassTurn(_actors.Where(a => a != me && a.CanRun).ElementAt(option - 1));
        me.AwaitTurn();
        if (_aborted || me.IsKilled) throw new KilledException();
    }

    /// <summary>The running actor is about to make a call that can throw, because it allocates or asks the system: here it may.</summary>
    public void Risk(string what)
    {
        if (_alone || _aborted || _throwsLeft == 0 || decisions.Choose(2) == 0) return;
        _throwsLeft--;
        _unwinds = true;
        _trace?.Add(string.Create(CultureInfo.InvariantCulture, $"{_running!.Index}: {what} throws"));
        throw new FailedCallException(what);
    }

    /// <summary>A repair is due, as always when a call ends this way. A seeded fault leaves it out, where the call threw.</summary>
    private void OnRepair(string label)
    {
        if (!_unwinds) return;
        _unwinds = false;
        if (!string.Equals(label, bounds.WithoutRepair, StringComparison.Ordinal)) return;
        _trace?.Add(string.Create(CultureInfo.InvariantCulture, $"{_running!.Index}: the repair of {label} is left out"));
        throw new FailedCallException(label);
    }

    /// <summary>Notes what the running actor does; free unless the run is traced.</summary>
    public void Note(ref DefaultInterpolatedStringHandler what)
    {
        string text = what.ToStringAndClear();
        _trace?.Add(string.Create(CultureInfo.InvariantCulture, $"{(_alone ? "after" : _running!.Index)}: {text}"));
    }

    public bool IsTraced => _trace != null;

    private void PassTurn(Actor next)
    {
        _running = next;
        if (next.HasBegun) next.GiveTurn();
        else Crew.Start(() => RunFrom(next));
    }

    /// <summary>Runs an actor and, on the same thread, those that begin after it.</summary>
    private void RunFrom(Actor? next)
    {
        t_current = this;
        Steps.Repairing = OnRepair;
        try
        {
            while (next != null)
            {
                _running = next;
                if (next.HasBegun)
                {
                    next.GiveTurn();
                    return;
                }

                RunNoting(next);
                next = PickNext();
            }

            _end.Set();
        }
        finally
        {
            Steps.Repairing = null;
            t_current = null;
        }
    }

    private void RunNoting(Actor actor)
    {
        try
        {
            actor.Run();
        }
#pragma warning disable CA1031 // Whatever it is, the run has failed, and the test's own thread must hear of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _error ??= e;
            _aborted = true;
        }
    }

    /// <summary>
    /// Who goes on when an actor has ended. In the end that is whoever was parked when its process died or the run failed: each has a
    /// thread to give back.
    /// </summary>
    private Actor? PickNext()
    {
        Actor[] able = _aborted ? [] : [.. _actors.Where(a => a.CanRun)];
        if (able.Length > 0) return able.Length == 1 ? able[0] : able[decisions.Choose(able.Length)];
        _aborted = true;
        return _actors.Find(a => a is { HasBegun: true, HasEnded: false });
    }

    /// <summary>Threads that wait for actors to run: a run starts thousands of times a second.</summary>
    private static class Crew
    {
        private static readonly ConcurrentBag<Hand> s_idle = [];

        public static void Start(Action work)
        {
            if (!s_idle.TryTake(out Hand? hand)) hand = new Hand();
            hand.Do(work);
        }

        private sealed class Hand
        {
            private readonly Signal _called = new();
            private Action? _work;

            public Hand() => new Thread(Serve) { IsBackground = true }.Start();

            public void Do(Action work)
            {
                _work = work;
                _called.Set();
            }

            private void Serve()
            {
                while (true)
                {
                    _called.Take();
                    Action work = _work!;
                    work();
                    s_idle.Add(this);
                }
            }
        }
    }
}
