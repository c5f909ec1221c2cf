namespace TypedShmQueue.Inspection;

/// <summary>What a bystander finds at a position.</summary>
internal enum SlotContent
{
    /// <summary>A message, copied whole.</summary>
    Message,

    /// <summary>It will never have a message.</summary>
    Tombstone,

    /// <summary>Claimed, or not even that: no message yet.</summary>
    Unpublished,

    /// <summary>Taken, and perhaps overwritten before it was copied: what was copied cannot be shown to be whole.</summary>
    Gone,
}
