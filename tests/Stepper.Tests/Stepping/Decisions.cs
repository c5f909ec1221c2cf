using System.Globalization;
using System.Text;

namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>
/// One path through the tree of all schedules: which of the options was taken at each choice. Depth first: <see cref="TryNextPath"/> goes
/// to the next leaf. A path is written as the choices that are not 0, "7:1 12:2", and replays from that.
/// </summary>
internal sealed class Decisions
{
    private readonly List<(int Option, int Options)> _path = [];
    private readonly Dictionary<int, int> _given = [];
    private int _next;

    public static Decisions Parse(string schedule)
    {
        Decisions decisions = new();
        foreach (string entry in schedule.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = entry.Split(':');
            decisions._given.Add(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        }

        return decisions;
    }

    public int Choose(int options)
    {
        if (_next == _path.Count) _path.Add((_given.GetValueOrDefault(_next), options));
        (int option, int before) = _path[_next++];
        if (before != options || option >= options)
            throw new InvalidOperationException($"Choice {_next - 1} had {before} options and has {options} now: "
                + $"the program does not do the same each time, or the schedule is another program's.");
        return option;
    }

    public void Rewind() => _next = 0;

    /// <summary>Moves on to the next path. False: there is none.</summary>
    public bool TryNextPath()
    {
        _next = 0;
        while (_path.Count > 0)
        {
            (int option, int options) = _path[^1];
            if (option + 1 < options)
            {
                _path[^1] = (option + 1, options);
                return true;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        return false;
    }

    public override string ToString()
    {
        StringBuilder text = new();
        for (int i = 0; i < _path.Count; i++)
        {
            if (_path[i].Option != 0) text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? " " : "")}{i}:{_path[i].Option}");
        }

        return text.ToString();
    }
}
