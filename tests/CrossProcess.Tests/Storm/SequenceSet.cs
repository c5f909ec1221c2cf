namespace TypedShmQueue.CrossProcess.Tests.Storm;

/// <summary>A set of sequence numbers from 0 on, a bit each: a storm passes many millions.</summary>
internal sealed class SequenceSet
{
    private const int BitsPerWord = 64;

    private ulong[] _words = new ulong[1024];

    /// <summary>False if it was there.</summary>
    public bool Add(long sequence)
    {
        long word = sequence / BitsPerWord;
        if (word >= _words.Length) Array.Resize(ref _words, checked((int)Math.Max(word + 1, _words.Length * 2L)));
        ulong bit = 1UL << (int)(sequence % BitsPerWord);
        if ((_words[word] & bit) != 0) return false;
        _words[word] |= bit;
        return true;
    }

    public bool Contains(long sequence)
    {
        long word = sequence / BitsPerWord;
        return word < _words.Length && (_words[word] & (1UL << (int)(sequence % BitsPerWord))) != 0;
    }
}
