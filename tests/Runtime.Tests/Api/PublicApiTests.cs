using System.Runtime.CompilerServices;
using TypedShmQueue.Hosting;
using TypedShmQueue.Nats;

namespace TypedShmQueue.Runtime.Tests.Api;

/// <summary>
/// The public surface is a contract: every change of it is seen in review, as a changed line of the golden file beside this test.
/// </summary>
public sealed class PublicApiTests
{
    [Fact]
    public void The_surface_is_the_verified_one() => ShouldMatchGolden(PublicApi.Of(typeof(ShmQueueAttribute).Assembly), "PublicApi");

    [Fact]
    public void The_surface_of_hosting_is_the_verified_one() =>
        ShouldMatchGolden(PublicApi.Of(typeof(ShmQueueServiceOptions).Assembly), "PublicApi.Hosting");

    [Fact]
    public void The_surface_of_nats_is_the_verified_one() =>
        ShouldMatchGolden(PublicApi.Of(typeof(ShmNatsBridge).Assembly), "PublicApi.Nats");

    private static void ShouldMatchGolden(string actual, string name, [CallerFilePath] string file = "")
    {
        string verified = Path.Combine(Path.GetDirectoryName(file)!, name + ".verified.txt");
        string received = Path.ChangeExtension(Path.ChangeExtension(verified, null), "received.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1") File.WriteAllText(verified, actual);

        string expected = File.Exists(verified) ? File.ReadAllText(verified) : "";
        bool same = string.Equals(expected, actual, StringComparison.Ordinal);
        if (same) File.Delete(received);
        else File.WriteAllText(received, actual);

        string[] gone = [.. expected.Split('\n').Except(actual.Split('\n'), StringComparer.Ordinal)];
        string[] come = [.. actual.Split('\n').Except(expected.Split('\n'), StringComparer.Ordinal)];
        same.ShouldBeTrue($"The public surface changed. Gone: {string.Join(" | ", gone)}. New: {string.Join(" | ", come)}. "
            + $"If that is meant, set UPDATE_GOLDEN=1 and run this test again.");
    }
}
