using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>
/// Checks every word and message of a queue against what the protocol can have written. (Opening it has checked the header, the geometry
/// and that the schema is the one of its id.)
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="found">Gets each fault as it is found.</param>
internal sealed class Verification(SegmentReader queue, Action<string> found)
{
    /// <summary>A corrupt file has many faults, and the first ones say it all.</summary>
    private const int MostFaults = 100;

    private readonly List<string> _faults = [];

    /// <summary>What cannot be; empty if all is well.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Messages that were read and are of their types.</summary>
    public long Messages { get; private set; }

    public void Run()
    {
        new SegmentVerification(queue, MostFaults, Add).Run(queue.Ring.Capacity);
        foreach (Finding finding in Doctor.Examine(queue).Where(static f => f.Severity == Severity.Corrupt))
            Add(finding.Position is { } position ? $"position {position}: {finding.What}" : finding.What);
        CheckMessages();
    }

    private void CheckMessages()
    {
        MessageFormat format;
        try
        {
            format = MessageFormat.Of(queue);
        }
        catch (ShmqException e)
        {
            Add(e.Message);
            return;
        }

        // Of what is settled nobody reads the bytes any more.
        foreach (MessageWalk at in new MessageWalk(queue, GroupOption.Of(queue, null)).Over(long.MaxValue))
        {
            string? field = format.FirstWrongField(at.Message);
            if (field != null) Add($"position {at.Position}: the bytes of {field} are not a valid value of its type");
            else Messages++;
            if (_faults.Count >= MostFaults) return;
        }
    }

    private void Add(string fault)
    {
        if (_faults.Count >= MostFaults || _faults.Contains(fault, StringComparer.Ordinal)) return;
        _faults.Add(fault);
        found(fault);
    }
}
