namespace TypedShmQueue.Generator.Layout;

/// <summary>A field as declared; <paramref name="Offset"/> is the one an explicit layout gives, else 0.</summary>
internal sealed record DeclaredField(string Name, TypeLayout Type, int Offset = 0);
