using TypedShmQueue.Layout;

namespace TypedShmQueue.Peer.Fuzz;

/// <summary>
/// One case: a real queue in some state, somebody who hurts its file, and everything that can be done with it. All of it follows
/// from the seed and the case's number, but for how threads meet.
/// </summary>
internal sealed class FuzzCase(FuzzKind kind, ShmQueueOptions place, FuzzPage page, Random random)
{
    /// <summary>A call that takes longer than this waits for a claim that looks alive, and the fuzzer ends that; or it hangs.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly string _name = ShmQueueName.NewUnique();

    private readonly ShmQueueOptions _options = place with
    {
        Capacity = 1 << random.Next(1, 5),
        MaxParticipants = random.Next(2, 5),
        Wait = random.Next(2) == 0 ? WaitPolicy.Adaptive : WaitPolicy.Park,
    };

    private string File => Path.Combine(place.Directory!, _name);

    private SegmentGeometry Geometry => kind.Geometry(_options);

    public void Run()
    {
        try
        {
            switch (random.Next(5))
            {
                case 0 or 1: HurtBeforeOpen(); break;
                case 2: HurtOnce(); break;
                default: HurtInUse(); break;
            }
        }
        finally
        {
            System.IO.File.Delete(File);
        }
    }

    /// <summary>The file is hurt while nobody has it open, then opened by every way to open.</summary>
    private void HurtBeforeOpen()
    {
        using (var queue = kind.Create(_name, _options, page)) Fill(queue);
        long length = Geometry.FileSize;
        using (HostileView view = new(File, Geometry)) length = Hurt(view, length);
        using (FileStream file = System.IO.File.Open(File, FileMode.Open)) file.SetLength(length);

        GuardPages.Prepare();
        if (TryOpen() is { } opened)
        {
            using (opened)
            {
                GuardPages.Separate();
                CountGuards();
                UseInTurn(opened);
            }
        }

        if (random.Next(4) == 0) TryDelete();
        if (TryOpen(orCreate: true) is { } again)
        {
            using (again) UseInTurn(again);
        }
    }

    /// <summary>A file without a queue's mark is not the library's to delete.</summary>
    private void TryDelete()
    {
        try
        {
            _ = QueueFiles.Delete(_name, _options);
        }
        catch (ShmQueueCorruptException)
        {
            // As typed as the refusal to open it.
        }
    }

    private long Hurt(HostileView view, long length)
    {
        for (int hurts = random.Next(1, 4); hurts > 0; hurts--)
        {
            switch (random.Next(9))
            {
                case 0: view.FlipBit(random); break;
                case 1: view.RewriteColdField(random); break;
                case 2: view.SwapColdFields(random); break;
                case 3: view.RewriteSchema(random); break;
                case 4: length = view.Forge(random); break;
                case 5: length = random.NextInt64(length + 1); break;
                case 6: length += random.Next(2) == 0 ? Segment.PageSize * random.Next(1, 9) : random.Next(1, Segment.PageSize); break;
                default:
                    for (int words = random.Next(1, 8); words > 0; words--) view.RewriteHotWord(random);
                    break;
            }
        }

        return length;
    }

    /// <summary>Words are rewritten between two calls, under handles that are open.</summary>
    private void HurtOnce()
    {
        GuardPages.Prepare();
        using var queue = kind.Create(_name, _options, page);
        GuardPages.Separate();
        using var other = random.Next(2) == 0 ? kind.TryOpen(_name, _options, page) : null;
        GuardPages.Separate();
        Fill(queue);
        // A claim that stays open until its handle is disposed, with everybody held up behind it.
        if (other != null && kind.HasManyProducers && random.Next(2) == 0) HoldOpen(other);
        using HostileView view = new(File, Geometry);
        CountGuards();
        view.SetCanaries();
        byte[] cold = view.ColdBytes();
        for (int words = random.Next(1, 6); words > 0; words--) view.RewriteHotWord(random);

        List<Thread> users = [StartUse(queue, both: true)];
        if (other != null) users.Add(StartUse(other, both: true));
        Wait(users, view);
        if (TryOpen() is { } late)
        {
            using (late) Wait([StartUse(late, both: true)], view);
        }

        view.CheckCanaries();
        if (!cold.AsSpan().SequenceEqual(view.ColdBytes()))
            throw new InvalidDataException("A queue operation wrote to the header's first lines.");
    }

    /// <summary>Words are rewritten while threads are in calls, and at times the handle is disposed under them.</summary>
    private void HurtInUse()
    {
        GuardPages.Prepare();
        using var queue = kind.Create(_name, _options, page);
        GuardPages.Separate();
        Fill(queue);
        using HostileView view = new(File, Geometry);
        CountGuards();
        view.SetCanaries();
        List<Thread> users = [StartUse(queue, both: false, sends: true), StartUse(queue, both: false, sends: false)];
        bool disposes = random.Next(4) == 0;
        while (users.Exists(u => u.IsAlive))
        {
            view.RewriteHotWord(random);
            if (random.Next(20) == 0) Thread.Sleep(0);
            if (random.Next(200) == 0) break;
        }

        if (disposes) queue.Dispose();
        Wait(users, view);
        view.CheckCanaries();
    }

    /// <summary>Empty, part full, wrapped, full, completed, or with tombstones.</summary>
    private void Fill(IFuzzed queue)
    {
        for (int laps = random.Next(3 * queue.Capacity); laps > 0; laps--)
        {
            if (queue.TryEnqueue(new Parcel(0, laps))) queue.TryTakeOne();
        }

        for (int rest = random.Next(queue.Capacity + 1); rest > 0; rest--)
        {
            if (random.Next(4) == 0 && queue.TryClaim(out SlotWriter<Parcel> given)) given.Dispose();
            else _ = queue.TryEnqueue(new Parcel(0, rest));
        }

        if (random.Next(8) == 0) queue.Complete();
    }

    private static void HoldOpen(IFuzzed queue)
    {
        try
        {
            _ = queue.TryClaim(out _);
        }
        catch (ShmQueueCompletedException)
        {
            // One of the states that a queue can be in.
        }
    }

    private IFuzzed? TryOpen(bool orCreate = false)
    {
        try
        {
            return orCreate ? kind.OpenOrCreate(_name, _options, page) : kind.TryOpen(_name, _options, page);
        }
        catch (ShmQueueException)
        {
            Interlocked.Increment(ref page.Refused);
            return null;
        }
    }

    /// <summary>All calls on one thread, with a view of the file to end a wait for a claim that only looks alive.</summary>
    private void UseInTurn(IFuzzed queue)
    {
        using HostileView? view = System.IO.File.Exists(File) ? HostileView.OfOpenable(File, Geometry) : null;
        Wait([StartUse(queue, both: true)], view);
    }

    private Thread StartUse(IFuzzed queue, bool both, bool sends = true)
    {
        Random own = new(random.Next());
        Thread thread = new(() =>
        {
            if (sends) queue.Send(own);
            if (both || !sends) queue.Take(own);
        });
        thread.Start();
        return thread;
    }

    /// <summary>
    /// A queue that is held up by a claim whose owner lives, or by a group, waits, as it should; both are cleared to end that. Whoever
    /// still does not come back hangs, and the parent's watchdog says so.
    /// </summary>
    private void Wait(List<Thread> users, HostileView? view)
    {
        foreach (Thread user in users)
        {
            while (!user.Join(s_patience))
            {
                Interlocked.Increment(ref page.HeldUp);
                view?.ClearLanes();
                view?.ClearGroups();
            }
        }
    }

    private void CountGuards()
    {
        (int mappings, int guarded) = GuardPages.Enclose(File);
        page.Mappings += mappings;
        page.Guarded += guarded;
    }
}
