using System.Text.Json;

namespace TypedShmQueue.Tool.Tests;

/// <summary>
/// A queue's file was removed by somebody who knows nothing of queues: its processes are named, whether or not another has the name.
/// </summary>
public sealed class TakenAwayTests : ToolTests
{
    private const string Name = "parcels";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Doctor_names_whoever_goes_on_with_a_file_that_was_taken_away(bool hasSuccessor)
    {
        using TradeQueue queue = TradeQueue.Create(Name, Options);
        File.Delete(Folder.PathOf(Name));
        using TradeQueue? successor = hasSuccessor ? TradeQueue.Create(Name, Options) : null;
        Answer answer = Shmq("doctor", Name, "--json");
        answer.ExitCode.ShouldBe(6, answer.Error);
        JsonElement finding = JsonDocument.Parse(answer.Output).RootElement.EnumerateArray().ShouldHaveSingleItem();
        finding.GetProperty("what").GetString()!.ShouldContain("removed from this folder");
        finding.GetProperty("processId").GetInt32().ShouldBe(Environment.ProcessId);

        queue.Delete();
        Shmq("doctor", Name).ExitCode.ShouldBe(hasSuccessor ? 0 : 3);
    }
}
