namespace TypedShmQueue.Peer.Fuzz;

/// <summary>
/// How far a fuzzing process is and what it has seen, in a mapped file: readable by who watches it, also after it crashed.
/// </summary>
public sealed class FuzzPage : IDisposable
{
    private readonly MappedWords _words;

    public FuzzPage(string path, FileMode mode) => _words = new MappedWords(path, mode, 512);

    /// <summary>The case that is running.</summary>
    public ref long Number => ref _words[0];

    /// <summary>Cases that ended well.</summary>
    public ref long Cases => ref _words[1];

    /// <summary>Files that were refused at open.</summary>
    public ref long Refused => ref _words[2];

    /// <summary>Calls on queues that were open.</summary>
    public ref long Calls => ref _words[3];

    /// <summary>Calls that ended in a typed exception.</summary>
    public ref long Reports => ref _words[4];

    /// <summary>Calls that waited for a claim whose owner lives, until that lane was cleared.</summary>
    public ref long HeldUp => ref _words[5];

    /// <summary>Mappings that had a page without access on both sides.</summary>
    public ref long Guarded => ref _words[6];

    /// <summary>Mappings looked at for that.</summary>
    public ref long Mappings => ref _words[7];

    /// <summary>
    /// Which call a sender is in, counted from 1 as <see cref="Exercise{TProducers,TConsumers}"/> has them; 0 is outside a call.
    /// </summary>
    public ref long Sending => ref _words[8];

    /// <summary>The same of a taker.</summary>
    public ref long Taking => ref _words[9];

    public void Dispose() => _words.Dispose();
}
