using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Nats.Bridges;

/// <summary>A message that is on its way to the stream.</summary>
internal sealed class OutboundSlot(int index)
{
    public int Index { get; } = index;

    /// <summary>Which message it is, among all of this bridge: names it in the stream's reply. 0: none.</summary>
    public long Number { get; set; }

    public BytesLease Lease { get; set; }

    public long TakenAt { get; set; }

    /// <summary>When it was published last.</summary>
    public long SentAt { get; set; }

    /// <summary>When it is to be published again; 0 if the stream has not refused it.</summary>
    public long DueAt { get; set; }
}

/// <summary>
/// The messages that are on their way: so many at most. The one who takes, the one who reads replies and the one who repeats use it at
/// once.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable",
    Justification = "The semaphore's wait handle is never made, so there is nothing to dispose.")]
internal sealed class OutboundWindow
{
    private readonly Lock _gate = new();
    private readonly OutboundSlot[] _slots;
    private readonly Stack<OutboundSlot> _free;
    private readonly SemaphoreSlim _room;
    private readonly int _size;
    private long _next;
    private long _moved;
    private long _recognized;
    private long _retried;
    private TaskCompletionSource? _emptied;

    public OutboundWindow(int size)
    {
        _size = size;
        _slots = [.. Enumerable.Range(0, size).Select(static index => new OutboundSlot(index))];
        _free = new(_slots.Reverse());
        _room = new(size);
    }

    public long Moved => Volatile.Read(ref _moved);

    public long Recognized => Volatile.Read(ref _recognized);

    public long Retried => Volatile.Read(ref _retried);

    public int InFlight
    {
        get
        {
            lock (_gate) return _size - _free.Count;
        }
    }

    /// <summary>How long the oldest message is on its way.</summary>
    public TimeSpan? Oldest
    {
        get
        {
            lock (_gate)
            {
                long oldest = long.MaxValue;
                foreach (OutboundSlot slot in _slots)
                {
                    if (slot.Number != 0) oldest = Math.Min(oldest, slot.TakenAt);
                }

                return oldest == long.MaxValue ? null : Stopwatch.GetElapsedTime(oldest);
            }
        }
    }

    /// <summary>Waits for room for one more.</summary>
    public void Enter(CancellationToken cancellationToken) => _room.Wait(cancellationToken);

    /// <summary>There was no message for the room that was waited for.</summary>
    public void Leave() => _room.Release();

    /// <summary>A message is on its way. Precondition: there is room, which was waited for.</summary>
    public OutboundSlot Hold(BytesLease lease, out long number)
    {
        long now = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            OutboundSlot slot = _free.Pop();
            // The slot can be told from the number, and no number comes twice.
            slot.Number = number = (++_next * _size) + slot.Index;
            slot.Lease = lease;
            slot.TakenAt = now;
            slot.SentAt = now;
            slot.DueAt = 0;
            return slot;
        }
    }

    /// <summary>The lease of a message that is still on its way.</summary>
    public bool TryFind(OutboundSlot slot, long number, out BytesLease lease)
    {
        lock (_gate)
        {
            lease = slot.Lease;
            return slot.Number == number;
        }
    }

    /// <summary>The stream has a message. False: that was known.</summary>
    public bool Settle(long number, bool isDuplicate)
    {
        BytesLease lease;
        lock (_gate)
        {
            if (!TryFind(number, out OutboundSlot? slot)) return false;
            lease = slot.Lease;
            // Before the acknowledgement, after which a producer may write the message's slot: a copy that is being made is then not sent.
            Free(slot);
            _moved++;
            if (isDuplicate) _recognized++;
        }

        // The reply is the promise: whatever has become of the lease meanwhile, the message is in the stream.
        _ = lease.Acknowledge();
        _ = _room.Release();
        return true;
    }

    /// <summary>The stream did not take a message. False: it is not on its way any more.</summary>
    /// <param name="number">Which one.</param>
    /// <param name="dueAt">When it is to be published again.</param>
    /// <param name="isFirst">Whether it is the first that failed since the last repetition.</param>
    public bool Fail(long number, long dueAt, out bool isFirst)
    {
        lock (_gate)
        {
            isFirst = false;
            if (!TryFind(number, out OutboundSlot? slot) || slot.DueAt != 0) return false;
            isFirst = !_slots.Any(static other => other.Number != 0 && other.DueAt != 0);
            slot.DueAt = dueAt;
            return true;
        }
    }

    /// <summary>Everything that is on its way is to be published again, at once.</summary>
    public void Repeat(long now)
    {
        lock (_gate)
        {
            foreach (OutboundSlot slot in _slots)
            {
                if (slot.Number != 0) slot.DueAt = now;
            }
        }
    }

    /// <summary>What is to be published again now, in the order of the queue.</summary>
    public void CollectDue(List<(OutboundSlot Slot, long Number)> due, long now, long ackTimeout, out bool anyRefused)
    {
        anyRefused = false;
        lock (_gate)
        {
            foreach (OutboundSlot slot in _slots)
            {
                if (slot.Number == 0 || (slot.DueAt != 0 ? slot.DueAt > now : now - slot.SentAt < ackTimeout)) continue;
                anyRefused |= slot.DueAt != 0;
                slot.DueAt = 0;
                slot.SentAt = now;
                _retried++;
                due.Add((slot, slot.Number));
            }
        }

        due.Sort(static (left, right) => left.Number.CompareTo(right.Number));
    }

    /// <summary>Waits until nothing is on its way. False: it took too long.</summary>
    public async Task<bool> EmptyAsync(TimeSpan patience)
    {
        Task emptied;
        lock (_gate)
        {
            if (_free.Count == _size) return true;
            _emptied = new(TaskCreationOptions.RunContinuationsAsynchronously);
            emptied = _emptied.Task;
        }

        return await Task.WhenAny(emptied, Task.Delay(patience)).ConfigureAwait(false) == emptied;
    }

    /// <summary>What is still on its way goes back to the queue.</summary>
    public void GiveBack()
    {
        lock (_gate)
        {
            foreach (OutboundSlot slot in _slots)
            {
                if (slot.Number == 0) continue;
                slot.Lease.Dispose();
                Free(slot);
            }
        }
    }

    private bool TryFind(long number, [NotNullWhen(true)] out OutboundSlot? slot)
    {
        slot = _slots[(int)(number % _size)];
        return slot.Number == number;
    }

    private void Free(OutboundSlot slot)
    {
        slot.Number = 0;
        slot.Lease = default;
        _free.Push(slot);
        if (_free.Count == _size) _emptied?.TrySetResult();
    }
}
