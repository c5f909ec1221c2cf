namespace TypedShmQueue.Hosting.Tests;

/// <summary>
/// Messages that no array can hold, and that a thread's stack may have no room for, come to their handler and to the dead letters.
/// </summary>
public sealed class LargeMessageTests : HostingTests
{
    private readonly Reel _reel = new();

    [Fact]
    public void Come_to_a_handler() => ShouldCome<FilmHandler>();

    [Fact]
    public void Come_to_an_async_handler_that_waits() => ShouldCome<WaitingFilmHandler>();

    [Fact]
    public void Go_to_the_dead_letters_and_wait_for_room_there()
    {
        const int Count = 5;
        string dead = $"{Name}.dead";
        TestHost host = WithFilms();
        host.Services.AddShmQueueHandler<FilmQueue, Film, FilmHandler>(options =>
            (options.OnError, options.DeadLetterQueue) = (ShmQueueErrorPolicy.DeadLetter, dead));
        host.Received.Then = static (_, _) => throw new InvalidOperationException("Not today.");
        FilmQueue deadFilms = Folder.Track(FilmQueue.OpenOrCreate(dead, Folder.Options));
        host.Start();
        Send(Count);
        // Two have room, and the third waits for it.
        host.Received.WaitFor(3);
        deadFilms.Count.ShouldBe(2);
        for (int i = 0; i < Count; i++)
        {
            deadFilms.TryDequeue(out _reel.Film, Worker.Patience).ShouldBeTrue();
            ((long)_reel.Film.Bytes[^1]).ShouldBe(_reel.Film.Number);
            _reel.Film.Number.ShouldBe(i);
        }

        host.Stop();
        host.Logs.Of(7).Count.ShouldBe(Count);
    }

    [Fact]
    public void What_a_handler_throws_before_it_waits_meets_the_policy()
    {
        TestHost host = WithFilms();
        host.Services.AddShmQueueHandler<FilmQueue, Film, ThrowingFilmHandler>(options => options.OnError = ShmQueueErrorPolicy.Skip);
        host.Start();
        Send(3);
        Worker.WaitUntil(() => host.Logs.Of(5).Count == 3, "three messages skipped");
        host.Stop();
    }

    [Fact]
    public void Handler_of_batches_is_refused_when_it_is_registered()
    {
        TestHost host = WithFilms();
        string error = Should.Throw<InvalidOperationException>(() =>
            host.Services.AddShmQueueHandler<FilmQueue, Film, FilmBatchHandler>()).Message;
        error.ShouldContain("FilmBatchHandler takes batches");
        error.ShouldContain("at most 65535 bytes, but Film has 3000008");
        error.ShouldContain("Implement IShmQueueHandler<Film>");
        // Nothing of it was registered.
        host.Services.AddShmQueueHandler<FilmQueue, Film, FilmHandler>();
        host.Start();
        Send(1);
        host.Received.WaitFor(2);
        host.Stop();
    }

    private void ShouldCome<THandler>()
        where THandler : class, IShmQueueHandler<Film>
    {
        TestHost host = WithFilms();
        host.Services.AddShmQueueHandler<FilmQueue, Film, THandler>();
        host.Start();
        Send(10);
        host.Received.WaitFor(20);
        host.Received.Calls.ShouldBe(Enumerable.Range(0, 10).Select(i => (long[])[i, i]));
        host.Stop();
    }

    private TestHost WithFilms()
    {
        TestHost host = Folder.Track(new TestHost());
        host.Services.AddShmQueue<FilmQueue>(Name, Here);
        return host;
    }

    private void Send(int count)
    {
        using FilmQueue films = FilmQueue.OpenOrCreate(Name, Folder.Options);
        for (int i = 0; i < count; i++)
        {
            _reel.Film.Number = i;
            _reel.Film.Bytes[^1] = (byte)i;
            films.TryEnqueue(in _reel.Film, Worker.Patience).ShouldBeTrue();
        }
    }

    private sealed class ThrowingFilmHandler : IShmQueueHandler<Film>
    {
        public ValueTask HandleAsync(Film message, CancellationToken cancellationToken) =>
            throw new InvalidDataException($"Film {message.Number}.");
    }
}
