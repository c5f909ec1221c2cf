namespace TypedShmQueue.Generator;

/// <summary>The names of the pipeline's steps, by which tests ask what was computed again.</summary>
internal static class TrackingNames
{
    /// <summary>Parsing each marked type into a model.</summary>
    public const string Messages = nameof(Messages);

    /// <summary>Giving each model a file name of its own.</summary>
    public const string Named = nameof(Named);
}
