using System.Reflection;

namespace TypedShmQueue.Generator.Tests.Emitting;

/// <summary>The golden files as a set: one that no test compares is left over from a test that is gone.</summary>
public sealed class GoldenSetTests
{
    [Fact]
    public void Every_file_belongs_to_a_test()
    {
        var tests = typeof(GoldenSetTests).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods())
            .Where(static method => method.GetCustomAttribute<FactAttribute>() is not null)
            .Select(static method => $"{method.DeclaringType!.Name}.{method.Name}");

        var owners = Golden.AllFiles().Select(static file =>
            Path.GetFileName(file).Split('#')[0]).Distinct(StringComparer.Ordinal).ToList();

        owners.ShouldNotBeEmpty();
        owners.Except(tests, StringComparer.Ordinal).ShouldBeEmpty();
    }
}
