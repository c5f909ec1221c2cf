using System.Collections.Concurrent;

namespace TypedShmQueue.Peer;

/// <summary>What the test tells this process, a word a line. The end of the input is the end of the process.</summary>
internal sealed class Orders
{
    private readonly BlockingCollection<string> _words = [];

    public static Orders FromInput()
    {
        Orders orders = new();
        new Thread(() =>
        {
            while (Console.In.ReadLine() is { } word) orders._words.Add(word);
            Environment.Exit(3);
        })
        { IsBackground = true }.Start();
        return orders;
    }

    /// <summary>Whether there is a word that nobody has waited for yet.</summary>
    public bool IsAny => _words.Count > 0;

    public string Next() => _words.Take();

    public void WaitFor(string word)
    {
        if (!string.Equals(Next(), word, StringComparison.Ordinal)) throw new InvalidOperationException($"Expected the order '{word}'.");
    }

    public static void Say(string word)
    {
        Console.Out.WriteLine(word);
        Console.Out.Flush();
    }

    /// <summary>Does nothing more until killed.</summary>
    public static void Stay() => Thread.Sleep(Timeout.Infinite);
}
