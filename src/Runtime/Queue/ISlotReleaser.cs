namespace TypedShmQueue.Queue;

/// <summary>Takes the messages that a <see cref="SlotReader{T}"/> has read in their slots.</summary>
internal interface ISlotReleaser
{
    /// <summary>Takes them. False: they were overwritten while they were read.</summary>
    bool Release(long first, int count);
}
