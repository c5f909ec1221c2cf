using MemoryPack;
using TypedShmQueue;

// Packed send|take <queue>: records by MemoryPack, to one consumer and to every subscriber, in two processes.
const int Count = 500;
using ReportQueue reports = ReportQueue.OpenOrCreate(args[1]);
using NoticeQueue notices = NoticeQueue.OpenOrCreate(args[1] + ".notices");

if (args[0] is "send")
{
    // Every notice is for both subscribers, so both must be there.
    while (notices.Subscriptions.Count < 2) Thread.Sleep(1);
    for (int i = 1; i <= Count; i++)
    {
        reports.Enqueue(new Report($"report {i}", [.. Enumerable.Range(i, i % 5)], new Author("Zoë", i)));
        notices.Enqueue(new Notice($"notice {i}", [$"a{i}", $"b{i}"]));
    }

    reports.Complete();
    notices.Complete();
    Console.WriteLine($"sent {Count}");
    return;
}

using NoticeSubscription all = notices.Subscribe(SubscribeFrom.Oldest);
using NoticeSubscription tens = notices.Subscribe(SubscribeFrom.Oldest);

Task<int> tenth = Task.Run(() =>
{
    int found = 0;
    while (tens.TryDequeue((in Notice one) => one.Text.EndsWith('0'), out _, Timeout.InfiniteTimeSpan)) found++;
    return found;
});
Task<int> every = Task.Run(() =>
{
    int found = 0;
    while (all.TryDequeue(out Notice? one, Timeout.InfiniteTimeSpan))
    {
        found++;
        one.Tags.ShouldBe([$"a{found}", $"b{found}"]);
    }

    return found;
});

long sum = 0;
int taken = 0;
while (reports.TryDequeue(out Report? report, Timeout.InfiniteTimeSpan))
{
    taken++;
    report.Title.ShouldBe($"report {taken}");
    report.Author.ShouldBe(new Author("Zoë", taken));
    sum += report.Numbers.Sum();
}

Console.WriteLine($"took {taken}, sum {sum}, notices {await every}, tenth ones {await tenth}");

[MemoryPackable]
[ShmQueue(Capacity = 16, MaxMessageBytes = 500)]
public sealed partial record Report(string Title, List<int> Numbers, Author Author);

[MemoryPackable]
public sealed partial record Author(string Name, int Age);

[MemoryPackable]
[ShmQueue(Capacity = 16, MaxMessageBytes = 500, Delivery = Delivery.Broadcast, Overflow = Overflow.Wait)]
public sealed partial record Notice(string Text, string[] Tags);

internal static class Checks
{
    public static void ShouldBe<T>(this T actual, T expected)
    {
        if (!EqualityComparer<T>.Default.Equals(actual, expected))
            throw new InvalidOperationException($"'{actual}' came, not '{expected}'.");
    }

    public static void ShouldBe(this string[] actual, string[] expected)
    {
        if (!actual.AsSpan().SequenceEqual(expected))
            throw new InvalidOperationException($"'{string.Join(',', actual)}' came, not '{string.Join(',', expected)}'.");
    }
}
