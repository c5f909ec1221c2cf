namespace TypedShmQueue.Generator.Model;

/// <summary>A type that the message is nested in, and that the emitted queue is therefore nested in as well.</summary>
/// <param name="Keyword">As it is declared: <c>class</c>, <c>record struct</c>, …</param>
/// <param name="Name">Its name, escaped where it is a keyword.</param>
internal sealed record ContainerModel(string Keyword, string Name);
