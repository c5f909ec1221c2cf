namespace TypedShmQueue.Journal.Tests.Simulating;

/// <summary>
/// A disk that remembers, for each sector, what is durable and everything that was written since. A power failure leaves any of these, or
/// a mixture, or garbage.
/// </summary>
internal sealed class SimulatedDisk : IJournalFile
{
    private readonly Random _random;

    /// <summary>Sectors that were written since the last sync, each with all its versions; the first is durable.</summary>
    private readonly SortedDictionary<int, List<byte[]>> _dirty = [];

    /// <summary>Whether a sync failed after a lie, so that what the lie was about is gone.</summary>
    private bool _hasDropped;

    /// <summary>What a power failure leaves for sure.</summary>
    private byte[] _durable;

    /// <summary>What the disk answers while it has power: what is durable, and what it has in its cache.</summary>
    private byte[] _device;

    /// <summary>What the system's page cache holds. After a failed sync it differs from the disk, and its pages are clean.</summary>
    private byte[] _cache;

    public SimulatedDisk(int sectorSize, long length, Random random)
    {
        SectorSize = sectorSize;
        _random = random;
        _durable = new byte[length];
        _device = new byte[length];
        _cache = new byte[length];
    }

    private SimulatedDisk(SimulatedDisk other, byte[] image, Random random)
        : this(other.SectorSize, image.Length, random)
    {
        image.CopyTo(_durable, 0);
        image.CopyTo(_device, 0);
        image.CopyTo(_cache, 0);
        ReadsCache = other.ReadsCache;
    }

    public int SectorSize { get; }

    /// <summary>Called at each step of a call, where a process can die and the power can fail.</summary>
    public Action<string>? At { get; set; }

    /// <summary>How often a sync fails.</summary>
    public double FailsSyncs { get; set; }

    /// <summary>How often a sync only says that it was done.</summary>
    public double Lies { get; set; }

    /// <summary>The seeded fault of this file: it reads what the page cache holds.</summary>
    public bool ReadsCache { get; set; }

    public long FailedSyncs { get; private set; }

    public long ToldLies { get; private set; }

    /// <summary>Whether what the disk said was written is not.</summary>
    public bool HasLied { get; private set; }

    public long Length => _durable.Length;

    /// <summary>How many images a power failure can leave, if no sector is torn inside: one for each choice of versions.</summary>
    public long Images => _dirty.Values.Aggregate(1L, static (product, versions) => Math.Min(product * versions.Count, 1 << 30));

    public ReadOnlySpan<byte> Durable => _durable;

    public int Read(long offset, Span<byte> into)
    {
        int count = (int)Math.Min(into.Length, Math.Max(0, Length - offset));
        (ReadsCache ? _cache : _device).AsSpan((int)offset, count).CopyTo(into);
        return count;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        (offset >= 0 && offset + bytes.Length <= Length).ShouldBeTrue("a write outside the file");
        // A process can die in the middle of a write.
        int middle = _random.Next(bytes.Length + 1);
        Store(offset, bytes[..middle]);
        At?.Invoke("in a write");
        Store(offset + middle, bytes[middle..]);
        At?.Invoke("after a write");
    }

    public void Sync()
    {
        At?.Invoke("before a sync");
        if (_dirty.Count > 0 && _random.NextDouble() < FailsSyncs)
        {
            // The pages are clean now, whatever of them is on the disk. The page cache keeps what was written.
            FailedSyncs++;
            _hasDropped |= HasLied;
            Settle(mayDestroy: false);
            throw new IOException("EIO");
        }

        if (_dirty.Count > 0 && _random.NextDouble() < Lies)
        {
            ToldLies++;
            HasLied = true;
        }
        else
        {
            foreach ((int sector, List<byte[]> versions) in _dirty) versions[^1].CopyTo(_durable, sector * SectorSize);
            _dirty.Clear();
            HasLied = _hasDropped;
        }

        At?.Invoke("after a sync");
    }

    /// <summary>The power fails. What is in the sectors that were not synced is up to chance.</summary>
    public void LosePower()
    {
        Settle(mayDestroy: true);
        _durable.CopyTo(_cache, 0);
        HasLied = _hasDropped = false;
    }

    /// <summary>
    /// A disk of its own with one of the <see cref="Images"/> that a power failure can leave; 0 is what is durable for sure.
    /// </summary>
    public SimulatedDisk AfterPowerFailure(int image)
    {
        byte[] bytes = [.. _durable];
        foreach ((int sector, List<byte[]> versions) in _dirty)
        {
            versions[image % versions.Count].CopyTo(bytes, sector * SectorSize);
            image /= versions.Count;
        }

        return new SimulatedDisk(this, bytes, _random);
    }

    /// <summary>A disk of its own with what is durable on this one, but for one bit.</summary>
    public SimulatedDisk WithFlippedBit(int offset, int bit)
    {
        byte[] image = [.. _durable];
        image[offset] ^= (byte)(1 << bit);
        return new SimulatedDisk(this, image, _random);
    }

    private void Store(long offset, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        int first = (int)offset / SectorSize;
        int last = (int)(offset + bytes.Length - 1) / SectorSize;
        for (int sector = first; sector <= last; sector++)
            if (!_dirty.ContainsKey(sector)) _dirty.Add(sector, [_durable.AsSpan(sector * SectorSize, SectorSize).ToArray()]);

        bytes.CopyTo(_cache.AsSpan((int)offset));
        // The system writes whole pages of its cache.
        for (int sector = first; sector <= last; sector++)
        {
            Span<byte> written = _cache.AsSpan(sector * SectorSize, SectorSize);
            written.CopyTo(_device.AsSpan(sector * SectorSize));
            _dirty[sector].Add(written.ToArray());
        }
    }

    /// <summary>Any version of each sector becomes the durable one.</summary>
    private void Settle(bool mayDestroy)
    {
        double mode = _random.NextDouble();
        foreach ((int sector, List<byte[]> versions) in _dirty)
        {
            byte[] chosen = mode < 0.15 ? versions[^1] : mode < 0.3 ? versions[0] : versions[_random.Next(versions.Count)];
            Span<byte> durable = _durable.AsSpan(sector * SectorSize, SectorSize);
            chosen.CopyTo(durable);
            if (_random.Next(10) == 0)
            {
                int torn = _random.Next(SectorSize);
                versions[_random.Next(versions.Count)].AsSpan(torn).CopyTo(durable[torn..]);
            }

            // A sector that is being written when the power fails may be unreadable; no other sector is.
            if (mayDestroy && _random.Next(40) == 0) _random.NextBytes(durable);
        }

        _dirty.Clear();
        _durable.CopyTo(_device, 0);
    }
}
