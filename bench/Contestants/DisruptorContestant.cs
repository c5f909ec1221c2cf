using System.Diagnostics;
using Disruptor;
using Disruptor.Dsl;
using HdrHistogram;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;
using Activity = TypedShmQueue.Bench.Workers.Activity;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>
/// Disruptor-net's IpcDisruptor, where a checkout of it is at hand. It has one consumer process, which it calls for each message: there is
/// nothing to take one from. So a consumer's part is written as such a call here, in the same steps as for everybody else. It never waits
/// in the kernel.
/// </summary>
internal sealed class DisruptorContestant : SizedContestant
{
    public DisruptorContestant()
        : base(OptionalPeers.Disruptor, Standing.Peer)
    {
        TakesManyProducers = true;
        Parks = false;
    }

    protected override SeatReport Play<T>(Seat seat, Part part) => (seat.Job.Activity, seat.IsProducer) switch
    {
        (Activity.Stream or Activity.Kill, true) => part.Play<T, DisruptorLink<T>>(seat),
        (Activity.Stream, _) => new DisruptorConsumer<T>(seat, "forth").Run(new StreamSink<T>(seat)),
        (Activity.Kill, _) => new DisruptorConsumer<T>(seat, "forth").Run(new KillSink<T>(seat)),
        (Activity.RoundTrip, true) => new DisruptorConsumer<T>(seat, "back").Run(new AskSink<T>(seat)),
        (Activity.RoundTrip, _) => new DisruptorConsumer<T>(seat, "forth").Run(new EchoSink<T>(seat)),
        _ => throw new NotSupportedException($"{Name} takes no part in {seat.Job.Activity}."),
    };
}

/// <summary>The publishing end.</summary>
internal readonly struct DisruptorLink<T> : ILink<DisruptorLink<T>, T>
    where T : unmanaged
{
    private readonly IpcPublisher<T> _publisher;

    private DisruptorLink(IpcPublisher<T> publisher) => _publisher = publisher;

    /// <summary>Whoever publishes before there is a consumer overwrites what nobody has read.</summary>
    public static DisruptorLink<T> Open(Seat seat, string name, End end)
    {
        if (end == End.Consumer) throw new NotSupportedException("It calls its consumer.");
        string folder = DisruptorConsumer<T>.FolderOf(seat, name);
        while (!File.Exists(folder + ".ready")) Thread.Sleep(1);
        return new(new IpcPublisher<T>(folder));
    }

    public void Send(in T message)
    {
        long sequence = _publisher.Next();
        _publisher[sequence] = message;
        _publisher.Publish(sequence);
    }

    public void Send(ReadOnlySpan<T> messages)
    {
        long last = _publisher.Next(messages.Length);
        long first = last - messages.Length + 1;
        for (int i = 0; i < messages.Length; i++) _publisher[first + i] = messages[i];
        _publisher.Publish(first, last);
    }

    public void Receive(out T message) => throw new NotSupportedException("It calls its consumer.");

    public int Receive(Span<T> messages) => throw new NotSupportedException("It calls its consumer.");

    public void Dispose() => _publisher.Dispose();
}

/// <summary>What is done with each message.</summary>
internal interface IDisruptorSink<T>
    where T : unmanaged
{
    /// <summary>Everybody is here.</summary>
    void Begin();

    /// <summary>False: it was the last.</summary>
    bool Take(ref T message);

    /// <summary>Behind the last.</summary>
    SeatReport Close();
}

/// <summary>The consuming end: runs the processor on the seat's own thread.</summary>
internal sealed class DisruptorConsumer<T>(Seat seat, string name)
    where T : unmanaged
{
    public static string FolderOf(Seat seat, string name) => Path.Combine(seat.Job.Directory, name);

    public SeatReport Run<TSink>(TSink sink)
        where TSink : class, IDisruptorSink<T>
    {
        string folder = FolderOf(seat, name);
        OwnThread thread = new();
        IpcRingBufferMemory memory = IpcRingBufferMemory.CreateNew<T>(folder, seat.Job.Capacity, autoDeleteDirectory: true);
        using IpcDisruptor<T> disruptor = new(memory, new YieldingWaitStrategy(), thread, ownsMemory: true);
        _ = disruptor.HandleEventsWith(new Handler<TSink>(sink, () => _ = disruptor.Halt()));
        _ = disruptor.Start();
        File.WriteAllBytes(folder + ".ready", []);
        sink.Begin();
        thread.Run();
        return sink.Close();
    }

    private sealed class Handler<TSink>(TSink sink, Action atEnd) : IValueEventHandler<T>
        where TSink : class, IDisruptorSink<T>
    {
        private bool _hasEnded;

        public void OnEvent(ref T data, long sequence, bool endOfBatch)
        {
            if (_hasEnded || sink.Take(ref data)) return;
            _hasEnded = true;
            atEnd();
        }
    }

    private sealed class OwnThread : TaskScheduler
    {
        private readonly Queue<Task> _tasks = [];

        public void Run()
        {
            while (_tasks.TryDequeue(out Task? task)) _ = TryExecuteTask(task);
        }

        protected override IEnumerable<Task> GetScheduledTasks() => _tasks;

        protected override void QueueTask(Task task) => _tasks.Enqueue(task);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;
    }
}

/// <summary><see cref="StreamPart"/>.</summary>
internal sealed class StreamSink<T>(Seat seat) : IDisruptorSink<T>
    where T : unmanaged
{
    private long _now, _begin, _warm, _counted, _checksum;
    private int _inChunk;

    public void Begin()
    {
        seat.Gather();
        _now = _begin = Stopwatch.GetTimestamp();
        _warm = _now + seat.WarmUpTicks;
    }

    public bool Take(ref T message)
    {
        long sequence = Message.Sequence(ref message);
        if (sequence == Message.EndMark)
        {
            _now = Stopwatch.GetTimestamp();
            return false;
        }

        _checksum += sequence;
        _counted++;
        if (++_inChunk < Part.Chunk) return true;
        _inChunk = 0;
        _now = Stopwatch.GetTimestamp();
        if (_now >= _warm && _begin < _warm) (_begin, _counted) = (_now, 0);
        return true;
    }

    public SeatReport Close()
    {
        seat.Leave();
        return new SeatReport { Rate = _counted / Stopwatch.GetElapsedTime(_begin, _now).TotalSeconds, Checksum = _checksum };
    }
}

/// <summary><see cref="KillPart"/>.</summary>
internal sealed class KillSink<T>(Seat seat) : IDisruptorSink<T>
    where T : unmanaged
{
    private readonly KillLedger _ledger = new(seat.Control);

    public void Begin()
    {
        seat.Gather();
        _ledger.Begin();
    }

    public bool Take(ref T message) => _ledger.Take(Message.Sequence(ref message));

    public SeatReport Close()
    {
        seat.Leave();
        return new SeatReport { Kill = _ledger.End() };
    }
}

/// <summary>The side of <see cref="RoundTripPart"/> that asks: each answer is clocked, and asks again.</summary>
internal sealed class AskSink<T>(Seat seat) : IDisruptorSink<T>
    where T : unmanaged
{
    private readonly LongHistogram _trips = Histograms.Create();
    private DisruptorLink<T> _forth;
    private T _question;
    private long _next, _sent, _warm, _end;
    private bool _counting;

    public void Begin()
    {
        _forth = DisruptorLink<T>.Open(seat, "forth", End.Producer);
        seat.Gather();
        _sent = Stopwatch.GetTimestamp();
        _warm = _sent + seat.WarmUpTicks;
        _end = _warm + seat.Ticks;
        Ask(_next);
    }

    public bool Take(ref T message)
    {
        if (Message.Sequence(ref message) != _next) throw new InvalidDataException("Another message came back than was sent.");
        long now = Stopwatch.GetTimestamp();
        _trips.RecordValue(now - _sent);
        _sent = now;
        _next++;
        if (!_counting && now >= _warm)
        {
            _trips.Reset();
            _counting = true;
        }

        bool goesOn = now < _end;
        Ask(goesOn ? _next : Message.EndMark);
        return goesOn;
    }

    public SeatReport Close()
    {
        seat.Leave();
        _forth.Dispose();
        return new SeatReport { Nanoseconds = _trips.ToData(), Checksum = _next * (_next - 1) / 2 };
    }

    private void Ask(long number)
    {
        Message.Stamp(ref _question, number);
        _forth.Send(in _question);
    }
}

/// <summary>The side that answers.</summary>
internal sealed class EchoSink<T>(Seat seat) : IDisruptorSink<T>
    where T : unmanaged
{
    private DisruptorLink<T> _back;
    private long _checksum;

    public void Begin()
    {
        _back = DisruptorLink<T>.Open(seat, "back", End.Producer);
        seat.Gather();
    }

    public bool Take(ref T message)
    {
        long sequence = Message.Sequence(ref message);
        if (sequence == Message.EndMark) return false;
        _checksum += sequence;
        _back.Send(in message);
        return true;
    }

    public SeatReport Close()
    {
        seat.Leave();
        _back.Dispose();
        return new SeatReport { Checksum = _checksum };
    }
}
