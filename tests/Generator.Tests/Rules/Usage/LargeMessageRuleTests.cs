namespace TypedShmQueue.Generator.Tests.Rules.Usage;

/// <summary>TSQ037: messages that the stack may have no room for, and that no array can hold.</summary>
public sealed class LargeMessageRuleTests
{
    [Theory]
    [InlineData("Frame frame = holder.Frame; Use(in frame);", "frame = holder.Frame", "the variable 'frame' holds it on the stack")]
    [InlineData("_ = frames.TryDequeue(out var frame); Use(in frame);", "var frame", "the variable 'frame' holds it on the stack")]
    [InlineData("Console.WriteLine(new Frame[2].Length);", "new Frame[2]", "an element of an array takes 65,535 bytes at most")]
    [InlineData("holder.Frame = frames.Dequeue();", "frames.Dequeue()", "'Dequeue' passes it by value; use TryDequeue")]
    [InlineData("holder.Frame = frames.DequeueAsync().AsTask().Result;", "frames.DequeueAsync()", "use WaitToReadAsync")]
    [InlineData("frames.EnqueueAsync(holder.Frame).AsTask().Wait();", "frames.EnqueueAsync(holder.Frame)", "use WaitToWriteAsync")]
    [InlineData("frames.Enqueue(new Frame());", "new Frame()", "this value is made on the stack; write it in its slot (TryClaim)")]
    [InlineData("IShmLease<Job> any = default(JobLease); holder.Job = any.Value;", "any.Value",
        "'IShmLease.Value' passes it by value; use the Value of the emitted lease")]
    [InlineData("static void Take(Frame one) => Use(in one); Console.WriteLine((Action<Frame>)Take);", "one",
        "the parameter 'one' passes it by value; pass it by in or ref")]
    public Task TSQ037_says_what_not_to_do(string body, string squiggle, string text) =>
        AnalyzerRun.ShouldSay("TSQ037", squiggle, text, In(body, Large));

    [Theory]
    [InlineData("frames.Enqueue(in holder.Frame); _ = frames.TryDequeue(out holder.Frame); _ = frames.TryPeek(out holder.Frame);")]
    [InlineData("_ = frames.EnqueueShift(in holder.Frame, out holder.Frame);")]
    [InlineData("ref Frame frame = ref holder.Frame; Use(in frame);")]
    [InlineData("if (frames.TryClaim(out var slot)) using (slot) { ref Frame frame = ref slot.Value; frame.Bytes[0] = 1; slot.Commit(); }")]
    [InlineData("Console.WriteLine(frames.Dequeue(new Span<Frame>(ref holder.Frame)));")]
    [InlineData("Console.WriteLine(new Handler());")]
    [InlineData("JobLease lease = default; ref readonly Job job = ref lease.Value; Console.WriteLine(job.Bytes[0]);")]
    public Task By_reference_is_accepted(string body) => AnalyzerRun.ShouldAccept(In(body, Large));

    [Theory]
    [InlineData("Frame frame = frames.Dequeue(); Use(in frame); Console.WriteLine(new Frame[2].Length);")]
    [InlineData("frames.EnqueueAsync(new Frame()).AsTask().Wait(); frames.Enqueue(new Frame());")]
    public Task A_message_below_64_KB_is_accepted(string body) => AnalyzerRun.ShouldAccept(In(body, Large - 1));

    /// <summary>From here on the runtime has no arrays.</summary>
    private const int Large = 65_536;

    private static string In(string body, int bytes) =>
        $$"""
        #pragma warning disable CS0649 // not every test assigns every field
        using System;
        using System.Runtime.CompilerServices;
        using TypedShmQueue;

        namespace Demo
        {
            [InlineArray({{bytes}})] internal struct Bytes { private byte _first; }
            [ShmQueue] internal struct Frame { public Bytes Bytes; }
            [ShmQueue(Delivery = Delivery.Acknowledged)] internal struct Job { public Bytes Bytes; }
            internal sealed class Holder { public Frame Frame; public Job Job; }

            internal interface IHandler<T> { void Handle(T message); }
            internal sealed class Handler : IHandler<Frame> { public void Handle(Frame message) => User.Use(in message); }

            internal static class User
            {
                internal static void Use(in Frame frame) => Console.WriteLine(frame.Bytes[0]);

                internal static void Run(FrameQueue frames, Holder holder)
                {
                    {{body}}
                }
            }
        }
        """;
}
