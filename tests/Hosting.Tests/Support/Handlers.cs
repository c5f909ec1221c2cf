namespace TypedShmQueue.Hosting.Tests.Support;

internal sealed class JobHandler(Received received) : IShmQueueHandler<Job>
{
    public ValueTask HandleAsync(Job message, CancellationToken cancellationToken) =>
        received.Handle(this, [message.Number], cancellationToken);
}

internal sealed class JobBatchHandler(Received received) : IShmQueueBatchHandler<Job>
{
    public ValueTask HandleAsync(ReadOnlyMemory<Job> messages, CancellationToken cancellationToken) =>
        received.Handle(this, [.. messages.ToArray().Select(job => job.Number)], cancellationToken);
}

internal sealed class DutyHandler(Received received) : IShmQueueHandler<Duty>
{
    public ValueTask HandleAsync(Duty message, CancellationToken cancellationToken) =>
        received.Handle(this, [message.Number], cancellationToken);
}

internal sealed class DutyBatchHandler(Received received) : IShmQueueBatchHandler<Duty>
{
    public ValueTask HandleAsync(ReadOnlyMemory<Duty> messages, CancellationToken cancellationToken) =>
        received.Handle(this, [.. messages.ToArray().Select(duty => duty.Number)], cancellationToken);
}

/// <summary>Notes of each message its position and its delivery.</summary>
internal sealed class KnowingDutyHandler(Received received) : IShmLeaseHandler<Duty>
{
    public ValueTask HandleAsync(Duty message, ShmDelivery delivery, CancellationToken cancellationToken) =>
        received.Handle(this, [message.Number, delivery.Position, delivery.Deliveries], cancellationToken);
}

internal sealed class KnowingJobHandler : IShmLeaseHandler<Job>
{
    public ValueTask HandleAsync(Job message, ShmDelivery delivery, CancellationToken cancellationToken) => ValueTask.CompletedTask;
}

internal sealed class EpicHandler(Received received) : IShmQueueHandler<Epic>
{
    public ValueTask HandleAsync(Epic message, CancellationToken cancellationToken) =>
        received.Handle(this, [message.Number, message.Bytes[^1]], cancellationToken);
}

internal sealed class NoteHandler(Received received) : IShmQueueHandler<Note>
{
    public ValueTask HandleAsync(Note message, CancellationToken cancellationToken) =>
        received.Handle(this, [message.Number], cancellationToken);
}

internal sealed class NoteBatchHandler(Received received) : IShmQueueBatchHandler<Note>
{
    public ValueTask HandleAsync(ReadOnlyMemory<Note> messages, CancellationToken cancellationToken) =>
        received.Handle(this, [.. messages.ToArray().Select(note => note.Number)], cancellationToken);
}

internal sealed class FilmHandler(Received received) : IShmQueueHandler<Film>
{
    public ValueTask HandleAsync(Film message, CancellationToken cancellationToken) =>
        received.Handle(this, [message.Number, message.Bytes[^1]], cancellationToken);
}

/// <summary>A handler with its message in use before and after it waits, so that the message is part of the method's state.</summary>
internal sealed class WaitingFilmHandler(Received received) : IShmQueueHandler<Film>
{
    public async ValueTask HandleAsync(Film message, CancellationToken cancellationToken)
    {
        long number = message.Number;
        await Task.Yield();
        await received.Handle(this, [number, message.Bytes[^1]], cancellationToken);
    }
}

internal sealed class FilmBatchHandler(Received received) : IShmQueueBatchHandler<Film>
{
    public ValueTask HandleAsync(ReadOnlyMemory<Film> messages, CancellationToken cancellationToken) =>
        received.Handle(this, [], cancellationToken);
}

internal sealed class ChoreHandler(Received received) : IShmQueueHandler<Chore>
{
    public ValueTask HandleAsync(Chore message, CancellationToken cancellationToken) =>
        received.Handle(this, [message.Number], cancellationToken);
}

internal sealed class TickHandler(Received received) : IShmQueueHandler<Tick>
{
    public ValueTask HandleAsync(Tick message, CancellationToken cancellationToken) =>
        received.Handle(this, [message.Number], cancellationToken);
}

internal sealed class LetterBatchHandler(Received received) : IShmQueueBatchHandler<Letter>
{
    public ValueTask HandleAsync(ReadOnlyMemory<Letter> messages, CancellationToken cancellationToken) =>
        received.Handle(this, [.. messages.ToArray().Select(letter => letter.Number)], cancellationToken);
}
