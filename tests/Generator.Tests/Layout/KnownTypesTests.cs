using TypedShmQueue.Generator.Layout;

namespace TypedShmQueue.Generator.Tests.Layout;

/// <summary>Every row of the table against the runtime that runs this test.</summary>
public sealed class KnownTypesTests
{
    public static TheoryData<string> Names =>
        [.. KnownTypes.Primitives.Keys.Concat(KnownTypes.Framework.Keys).Concat(KnownTypes.Texts.Keys)];

    [Theory, MemberData(nameof(Names))]
    public void Size_and_alignment_are_the_runtimes(string name)
    {
        var known = new[] { KnownTypes.Primitives, KnownTypes.Framework, KnownTypes.Texts }
            .Select(table => table.GetValueOrDefault(name)).First(static layout => layout is not null)!;
        var type = Find(name);
        Measure(nameof(SizeOf), type).ShouldBe((int)known.Size);
        Measure(nameof(AlignmentOf), type).ShouldBe(known.Alignment);
    }

    [Fact]
    public void No_two_rows_share_a_schema_name()
    {
        var names = KnownTypes.Primitives.Values.Concat(KnownTypes.Framework.Values).Concat(KnownTypes.Texts.Values)
            .Select(static layout => layout.SchemaType).ToList();
        names.Distinct(StringComparer.Ordinal).Count().ShouldBe(names.Count);
    }

    private static Type Find(string name) =>
        Type.GetType(name) ?? typeof(System.Numerics.Complex).Assembly.GetType(name)
            ?? typeof(ShmQueueAttribute).Assembly.GetType(name, throwOnError: true)!;

    private static int Measure(string method, Type type) => (int)typeof(KnownTypesTests)
        .GetMethod(method, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!
        .MakeGenericMethod(type).Invoke(null, null)!;

    private static unsafe int SizeOf<T>()
        where T : unmanaged => sizeof(T);

    private static unsafe int AlignmentOf<T>()
        where T : unmanaged
    {
        AfterOneByte<T> probe = default;
        return (int)((byte*)&probe.Value - (byte*)&probe);
    }

    private struct AfterOneByte<T>
    {
        public byte First;
        public T Value;
    }
}
