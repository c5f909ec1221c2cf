using System.Diagnostics.Metrics;
using System.Globalization;
using TypedShmQueue.Peer.Fuzz;
using TypedShmQueue.Peer.Storm;
using TypedShmQueue.Testing;

namespace TypedShmQueue.Peer;

/// <summary>What this process can be asked to do, as one of a queue's processes.</summary>
internal sealed class Acts<TProducers, TConsumers>(string folder, string name, Orders orders)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly QueueContract _contract = Contracts.Parcel<TProducers, TConsumers>();
    private readonly ShmQueueOptions _options = new() { Directory = folder };
    private long _heard;

    public void Play(string act, string argument)
    {
        switch (act)
        {
            case "claim": Claim(Number(argument)); break;
            case "claim-and-start": ClaimBeside.Child(Open(), argument); break;
            case "claim-and-reopen": ClaimBeside.OtherDescriptors(Open(), argument); break;
            case "send": Send(argument); break;
            case "take": Take(); break;
            case "take-one": TakeOne(); break;
            case "fill": Fill(); break;
            case "hold-producer": HoldProducer(); break;
            case "hold-consumer": HoldConsumer(); break;
            case "create": CreateForEver(); break;
            case "echo": Echo(argument); break;
            case "hot": RunHot(Number(argument)); break;
            case "primitives": Primitives.Run(); break;
            case "small-memory": new Limits.SmallMemory<TProducers, TConsumers>(_contract, folder, name).Play(); break;
            case "kill-label": new KillSteps.KillLabel<TProducers, TConsumers>(_contract, name, _options).Play(argument); break;
            case "kill-durable": new KillSteps.KillDurable(_contract, name, _options).Play(argument); break;
            case "durable-send": new DurableActs(_contract, name, _options, orders).SendAsOrdered(); break;
            case "async-take": new AsyncActs<TProducers, TConsumers>(_contract, name, _options).Take(); break;
            case "async-echo": new AsyncActs<TProducers, TConsumers>(_contract, name, _options).Echo(argument); break;
            case "async-fill": new AsyncActs<TProducers, TConsumers>(_contract, name, _options).Fill(); break;
            case "async-crowd": new AsyncActs<TProducers, TConsumers>(_contract, name, _options).Crowd(argument); break;
            case "async-filtered": new AsyncActs<TProducers, TConsumers>(_contract, name, _options).Filtered(argument); break;
            case "set-take": new SetActs<TProducers, TConsumers>(_contract, name, _options).Take(argument); break;
            case "storm-produce": StormProduce(argument); break;
            case "storm-consume": StormConsume(argument); break;
            case "fuzz": FuzzCases.Run(new QueueKind<TProducers, TConsumers>(_contract), _options, argument); break;
            case "notes": new NoteActs<TProducers, TConsumers>(folder, name, orders).Play(argument); break;
            case "kill-step": new KillSteps.KillStep<TProducers, TConsumers>(_contract, name, _options).Play(argument); break;
            case "visit": new Places.Visit<TProducers, TConsumers>(_contract, folder, name, orders).Play(argument); break;
            case "shortage": new Limits.Shortage<TProducers, TConsumers>(_contract, folder, name).Play(argument); break;
            case "large": new Limits.LargeMessages<TProducers, TConsumers>(folder, name).Play(); break;
            case "open-only": OpenOnly(); break;
            case "listen": Listen(); break;
            default: throw new NotSupportedException($"No such act: {act}.");
        }
    }

    /// <summary>Claims so many slots, says so, and stays in the claims until told to commit, or killed.</summary>
    private void Claim(int count)
    {
        using var queue = Open();
        ClaimNested(queue, count);
    }

    /// <summary>Opens the queue and sends nothing; says before and after which fences this process is registered for.</summary>
    private void OpenOnly()
    {
        Orders.Say($"before {Limits.Registrations.ForFencesFromOutside}");
        using var queue = Open();
        Orders.Say($"after {Limits.Registrations.ForFencesFromOutside}");
    }

    /// <summary>
    /// Says the queue's depth as a listener hears it that began before the queue was opened, and then as one that begins now.
    /// </summary>
    private void Listen()
    {
        using MeterListener early = NewListener();
        using var queue = Open();
        SayDepth(early);
        using MeterListener late = NewListener();
        SayDepth(late);
    }

    private MeterListener NewListener()
    {
        MeterListener listener = new()
        {
            InstrumentPublished = static (instrument, self) =>
            {
                if (instrument.Name.EndsWith("queue.depth", StringComparison.Ordinal)) self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, depth, _, _) => _heard = depth);
        listener.Start();
        return listener;
    }

    private void SayDepth(MeterListener listener)
    {
        for (_heard = -1; _heard < 0; Thread.Sleep(1)) listener.RecordObservableInstruments();
        Orders.Say($"depth {_heard}");
    }

    private void ClaimNested(TypedQueue<Parcel, TProducers, TConsumers> queue, int count)
    {
        if (count == 0)
        {
            Orders.Say("claimed");
            orders.WaitFor("commit");
            return;
        }

        if (!queue.TryClaim(out SlotWriter<Parcel> writer)) throw new InvalidOperationException("No room for a claim.");
        using (writer)
        {
            writer.Value = new Parcel(100, count);
            ClaimNested(queue, count - 1);
            writer.Commit();
        }

        Orders.Say("committed");
    }

    /// <summary>"producer:count": sends so many messages by every way to send; says how far it is every so often.</summary>
    private void Send(string argument)
    {
        int producer = Number(argument.Split(':')[0]), count = Number(argument.Split(':')[1]);
        using var queue = Open();
        Orders.Say("ready");
        for (int n = 0; n < count;)
        {
            switch (n % 7)
            {
                case 0 when count - n >= 3:
                    queue.Enqueue([new Parcel(producer, n), new Parcel(producer, n + 1), new Parcel(producer, n + 2)], default);
                    n += 3;
                    break;
                case 3 when queue.TryClaim(out SlotWriter<Parcel> writer):
                    writer.Value = new Parcel(producer, n++);
                    writer.Commit();
                    break;
                case 4 when queue.TryEnqueue(new Parcel(producer, n)):
                    n++;
                    break;
                default:
                    queue.Enqueue(new Parcel(producer, n++), default);
                    break;
            }
        }

        Orders.Say("sent");
    }

    /// <summary>Takes until the queue's end, one at a time, and says each: who is killed has said all but the last one at most.</summary>
    private void Take()
    {
        using var queue = Open();
        Orders.Say("ready");
        try
        {
            while (true) SayTaken(queue.Dequeue(default));
        }
        catch (ShmQueueCompletedException)
        {
            Orders.Say("end");
        }
    }

    private void TakeOne()
    {
        using var queue = Open();
        Orders.Say("ready");
        SayTaken(queue.Dequeue(default));
    }

    /// <summary>Fills the queue, then waits for room.</summary>
    private void Fill()
    {
        using var queue = Open();
        int n = 0;
        while (queue.TryEnqueue(new Parcel(100, n))) n++;
        Orders.Say("full");
        queue.Enqueue(new Parcel(100, n), default);
        Orders.Say("sent");
    }

    private void HoldProducer()
    {
        using var queue = Open();
        if (!queue.TryEnqueue(new Parcel(100, 0))) throw new InvalidOperationException("No room.");
        Orders.Say("holding");
        Orders.Stay();
    }

    private void HoldConsumer()
    {
        using var queue = Open();
        _ = queue.TryDequeue(out _);
        Orders.Say("holding");
        Orders.Stay();
    }

    /// <summary>Creates and deletes, for ever; its death finds it anywhere in between.</summary>
    private void CreateForEver()
    {
        Orders.Say("ready");
        while (true)
        {
            using var queue = TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(_contract, name, _options with { Capacity = 1024 });
            queue.Delete();
        }
    }

    /// <summary>Sends back on the queue "argument" what comes on the other, waiting for each; ends with the queue.</summary>
    private void Echo(string back)
    {
        using var there = Open();
        using var answers = TypedQueue<Parcel, TProducers, TConsumers>.Open(_contract, back, _options);
        Orders.Say("ready");
        try
        {
            while (true) answers.Enqueue(there.Dequeue(default), default);
        }
        catch (ShmQueueCompletedException)
        {
            Orders.Say("end");
        }
    }

    /// <summary>
    /// Sends and takes between two looks at files that do not exist: in a trace of system calls these are the marks between which
    /// there should be none.
    /// </summary>
    private void RunHot(int count)
    {
        using var queue = Open();
        Parcel parcel = new(1, 1);
        for (int i = 0; i < 1000; i++) _ = queue.TryEnqueue(parcel) && queue.TryDequeue(out parcel);
        _ = File.Exists("/tsq-mark-begin");
        int passed = 0;
        for (int i = 0; i < count; i++)
        {
            if (queue.TryEnqueue(parcel) && queue.TryDequeue(out parcel)) passed++;
        }

        _ = File.Exists("/tsq-mark-end");
        Orders.Say(string.Create(CultureInfo.InvariantCulture, $"passed {passed}"));
    }

    /// <summary>"producer:mayShift:seed:log": sends in a storm until told to stop.</summary>
    private void StormProduce(string argument)
    {
        string[] parts = argument.Split(':');
        Random random = new(Number(parts[2]));
        using var queue = Open(random);
        using LifeLog log = LifeLog.Open(parts[3]);
        new StormProducer(new QueueEnds<TProducers, TConsumers>(queue), log, Number(parts[0]), bool.Parse(parts[1]), random)
            .SendUntil(() => orders.IsAny);
        Orders.Say("stopped");
    }

    /// <summary>"seed:log": takes in a storm until the queue's end.</summary>
    private void StormConsume(string argument)
    {
        string[] parts = argument.Split(':');
        Random random = new(Number(parts[0]));
        using var queue = Open(random);
        using LifeLog log = LifeLog.Open(parts[1]);
        new StormConsumer(new QueueEnds<TProducers, TConsumers>(queue), log, random).TakeUntilEnd();
        Orders.Say("end");
    }

    private TypedQueue<Parcel, TProducers, TConsumers> Open(Random random) =>
        TypedQueue<Parcel, TProducers, TConsumers>
            .Open(_contract, name, _options with { Wait = random.Next(2) == 0 ? WaitPolicy.Adaptive : WaitPolicy.Park });

    private TypedQueue<Parcel, TProducers, TConsumers> Open() => TypedQueue<Parcel, TProducers, TConsumers>.Open(_contract, name, _options);

    private static void SayTaken(in Parcel parcel)
    {
        if (!parcel.IsWhole) throw new InvalidDataException("A message is not as it was sent.");
        Orders.Say(string.Create(CultureInfo.InvariantCulture, $"{parcel.Producer} {parcel.Sequence}"));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
