namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>
/// Those who go on after a death: one takes what is left and then a thousand messages, the other sends those; or both find the queue
/// completed. Either may have begun, and be parked, before the death.
/// </summary>
internal sealed class Survivors<TProducers, TConsumers>(TypedQueue<Parcel, TProducers, TConsumers> taker)
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private const int Passed = 1000;
    private const long Newcomer = 2;

    private readonly List<(long Producer, long Sequence)> _left = [];
    private Worker? _taking;
    private Worker? _sending;
    private bool _refused;
    private bool _ended;

    /// <summary>What was in the queue before the thousand, in its order.</summary>
    public IReadOnlyList<(long Producer, long Sequence)> Left => _left;

    public bool FoundCompleted { get; private set; }

    public void StartTaking() => _taking ??= Worker.Start(Take);

    public void StartSending(TypedQueue<Parcel, TProducers, TConsumers> sender) => _sending ??= Worker.Start(() => Send(sender));

    public void GoOn(TypedQueue<Parcel, TProducers, TConsumers> sender)
    {
        StartTaking();
        StartSending(sender);
        _sending!.Join();
        _taking!.Join();
        _ended.ShouldBe(_refused);
        FoundCompleted = _ended;
    }

    private void Send(TypedQueue<Parcel, TProducers, TConsumers> sender)
    {
        try
        {
            for (int i = 0; i < Passed; i++) sender.Enqueue(new Parcel(Newcomer, i), default);
        }
        catch (ShmQueueCompletedException)
        {
            _refused = true;
        }
    }

    private void Take()
    {
        try
        {
            for (int i = 0; i < Passed;)
            {
                Parcel parcel = taker.Dequeue(default);
                if (!parcel.IsWhole) throw new InvalidDataException("A message is not as it was sent.");
                if (parcel.Producer != Newcomer) _left.Add((parcel.Producer, parcel.Sequence));
                else if (parcel.Sequence != i++) throw new InvalidDataException($"{parcel.Sequence} came in place of {i - 1}.");
            }
        }
        catch (ShmQueueCompletedException)
        {
            _ended = true;
        }
    }
}
