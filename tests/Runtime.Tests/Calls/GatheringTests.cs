using System.Diagnostics;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>When a consumer that finds its messages there stays away, to let more of them gather.</summary>
public sealed class GatheringTests
{
    private const int Wanted = Pacing.MessagesToGather;

    private readonly Pacing _pacing = new(WaitPolicy.Spin, capacity: 1 << 20);
    private long _position = 1 << 20;

    [Fact]
    public void Who_comes_later_than_its_messages_is_left_in_peace_for_longer_and_longer()
    {
        if (!_pacing.SpinsAtAll) return; // one processor: nobody stays away
        Gather(there: 1, comeMeanwhile: 0).ShouldBe(Wanted + Pacing.LongRun);
        Gather(there: 5, comeMeanwhile: 0).ShouldBe(Wanted + (2 * Pacing.LongRun));
        for (int i = 0; i < 20; i++) Gather(there: 0, comeMeanwhile: 0).ShouldBeLessThanOrEqualTo(Wanted + 8192);
        Gather(there: Wanted - 1, comeMeanwhile: 0).ShouldBe(Wanted + 8192);
    }

    [Fact]
    public void Messages_that_come_meanwhile_are_a_stream()
    {
        if (!_pacing.SpinsAtAll) return;
        Gather(there: 1, comeMeanwhile: 0).ShouldBe(Wanted + Pacing.LongRun);
        Gather(there: 1, comeMeanwhile: 1).ShouldBe(Wanted);
        Gather(there: 7, comeMeanwhile: 40).ShouldBe(Wanted);
        Gather(there: Wanted, comeMeanwhile: 0).ShouldBe(Wanted, "as many as are wanted are there");
        Gather(there: 1, comeMeanwhile: 0).ShouldBe(Wanted + Pacing.LongRun);
    }

    [Fact]
    public void Only_a_fast_stream_is_waited_for_longer_than_4_us()
    {
        if (!_pacing.SpinsAtAll) return;
        long microsecond = Stopwatch.Frequency / 1_000_000;
        for (int i = 0; i < 20; i++) Gather(there: 1, comeMeanwhile: Wanted / 4);
        _pacing.Gathering.ShouldBe(4 * microsecond, "a quarter, the first of which is not counted, did not come");
        for (int i = 0; i < 20; i++) Gather(there: 1, comeMeanwhile: (Wanted / 4) + 1);
        _pacing.Gathering.ShouldBe(16 * microsecond);
        Gather(there: 1, comeMeanwhile: 2);
        _pacing.Gathering.ShouldBe(4 * microsecond, "it is slow by now");
        Gather(there: 1, comeMeanwhile: Wanted);
        _pacing.Gathering.ShouldBe(4 * microsecond * 7 / 8, "it sufficed");
    }

    /// <returns>How many messages may be taken until the next time.</returns>
    private long Gather(int there, int comeMeanwhile)
    {
        long end = _position + there, missing = Math.Min(end, _position + Wanted - 1);
        bool wasMissed = false;
        long next = _pacing.Gather(_position, position =>
        {
            // The first missing one is met before the pause, by halves, and asked for again after it.
            if (position == missing && wasMissed) end += comeMeanwhile;
            wasMissed |= position == missing;
            return position < end;
        });
        long taken = next - _position;
        _position = next;
        return taken;
    }
}
