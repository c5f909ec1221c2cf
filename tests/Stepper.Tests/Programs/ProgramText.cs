using System.Globalization;

namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>
/// A small program: "2 1: e e | d i d2" is a ring of two slots that holds one message, one process that enqueues twice, and
/// one that dequeues, investigates and takes a batch of two. "&amp;" in place of "|" begins another thread of the same process.
/// A digit behind a letter is the size of its batch.
/// </summary>
internal sealed class ProgramText
{
    private ProgramText(string text, int capacity, int filled, IReadOnlyList<Thread> threads)
    {
        Text = text;
        Capacity = capacity;
        Filled = filled;
        Threads = threads;
        Processes = threads[^1].Process + 1;
    }

    public string Text { get; }

    public int Capacity { get; }

    /// <summary>Messages in the ring when the program begins.</summary>
    public int Filled { get; }

    public IReadOnlyList<Thread> Threads { get; }

    public int Processes { get; }

    public static ProgramText Parse(string text)
    {
        string[] parts = text.Split(':');
        string[] ring = parts[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        List<Thread> threads = [];
        string[] processes = parts[1].Split('|');
        for (int process = 0; process < processes.Length; process++)
        {
            foreach (string thread in processes[process].Split('&'))
                threads.Add(new Thread(process, [.. thread.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Order)]));
        }

        return new ProgramText(text, Number(ring[0]), Number(ring[1]), threads);
    }

    /// <summary>Whether roles for one allow it, and whether the roles can displace at all.</summary>
    public bool Suits(bool oneProducer, bool oneConsumer, bool displaces)
    {
        return (!oneProducer || Threads.Count(t => t.Produces) <= 1 && !Threads.Any(t => t.Joins))
            && (!oneConsumer || Threads.Count(t => t.Consumes) <= 1)
            && (oneConsumer || !Threads.Any(t => t.Reads))
            && (displaces || !Threads.Any(t => t.Displaces));
    }

    public override string ToString() => Text;

    private static (Verb Verb, int Count) Order(string word) => ((Verb)word[0], word.Length > 1 ? Number(word[1..]) : 1);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    internal sealed record Thread(int Process, IReadOnlyList<(Verb Verb, int Count)> Orders)
    {
        public bool Produces => Orders.Any(o => o.Verb is Verb.Enqueue or Verb.Commit or Verb.Abandon or Verb.Shift or Verb.Complete);

        public bool Consumes => Orders.Any(o => o.Verb is Verb.Dequeue or Verb.Take or Verb.Read or Verb.Peek or Verb.Investigate);

        public bool Reads => Orders.Any(o => o.Verb == Verb.Read);

        public bool Displaces => Orders.Any(o => o.Verb == Verb.Shift);

        public bool Joins => Orders.Any(o => o.Verb == Verb.Join);
    }
}
