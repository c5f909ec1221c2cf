using System.Runtime.InteropServices;

namespace TypedShmQueue.Journal.Tests.Format;

/// <summary>Whatever a file holds, reading it ends: with a queue, or with a typed error.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void Any_file_is_read_or_refused()
    {
        int read = 0, refused = 0;
        List<MemoryFile> journals = [.. Enumerable.Range(0, 8).Select(Journal)];
        for (int round = 0; round < Rounds; round++)
        {
            Random random = new(round);
            MemoryFile file = new() { Bytes = [.. journals[random.Next(journals.Count)].Bytes] };
            for (int changes = random.Next(1, 6); changes > 0; changes--) Change(file, random);
            try
            {
                JournalContents contents = JournalReader<JournalRules>.Recover(file, "q", acceptLoss: true);
                (contents.Limit - contents.Head).ShouldBeInRange(0, contents.Header.Capacity);
                ListSource.Of(contents);
                read++;
            }
            catch (ShmQueueCorruptException)
            {
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"round {round}", e);
            }
        }

        read.ShouldBeGreaterThan(Rounds / 10);
        refused.ShouldBeGreaterThan(Rounds / 10);
    }

    private static MemoryFile Journal(int seed)
    {
        Random random = new(seed);
        var (file, _, writer, position) = RoundTripTests.Made(RoundTripTests.Header(more: 4096 * 4));
        ListSource source = new() { Side = new byte[seed * 100] };
        for (int commit = random.Next(3, 20); commit > 0; commit--)
        {
            while (source.Limit - source.Head < 14 && random.Next(3) > 0) source.Send(new byte[random.Next(65)]);
            foreach (long taken in source.Messages.Keys.Take(random.Next(4)).ToArray()) source.Messages.Remove(taken);
            source.Head = source.Messages.Keys.FirstOrDefault(source.Limit);
            writer.Append(ref position, ref source);
        }

        return file;
    }

    private static void Change(MemoryFile file, Random random)
    {
        Span<byte> bytes = file.Bytes;
        if (bytes.Length < 8192) return;
        switch (random.Next(9))
        {
            case 0:
                random.NextBytes(bytes.Slice(random.Next(bytes.Length / 4096) * 4096, 4096));
                break;
            case 1:
                bytes.Slice(random.Next(bytes.Length / 512) * 512, 512).Clear();
                break;
            case 2:
                int from = random.Next(bytes.Length / 4096) * 4096, to = random.Next(bytes.Length / 4096) * 4096;
                bytes.Slice(from, 4096).CopyTo(bytes[to..]);
                break;
            case 3:
                if (random.Next(20) == 0) file.Bytes = file.Bytes[..random.Next(file.Bytes.Length)];
                break;
            case 4:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            default:
                Forge(file.Bytes, random);
                break;
        }
    }

    /// <summary>Changes a header so that its checksums are right: somebody who knows the format has made it.</summary>
    private static void Forge(byte[] bytes, Random random)
    {
        uint seed = JournalFormat.Seed(new Guid(bytes.AsSpan(16, 16)));
        int at = random.Next(1, bytes.Length / 4096) * 4096;
        BlockHeader header = MemoryMarshal.Read<BlockHeader>(bytes.AsSpan(at));
        if (header.Magic != JournalFormat.BlockMagic) return;
        Span<long> words = MemoryMarshal.Cast<byte, long>(MemoryMarshal.AsBytes(new Span<BlockHeader>(ref header)));
        int word = random.Next(2, words.Length);
        words[word] = random.Next(6) switch
        {
            0 => random.NextInt64(long.MinValue, long.MaxValue),
            1 => long.MaxValue,
            2 => words[word] + random.Next(-64, 64),
            3 => 1L << random.Next(63),
            4 => 0,
            _ => words[random.Next(2, words.Length)],
        };
        if (random.Next(2) == 0 && header.RecordBytes is >= 0 and < 4000)
        {
            // The body too: a record's head is another, under right checksums.
            int record = at + BlockHeader.Size;
            RecordHead head = RecordHead.Of(random.Next(40), random.Next(3) == 0 ? JournalFormat.Absent : (uint)random.Next(100),
                (uint)random.Next(50), JournalFormat.Seed(seed, header.Generation));
            MemoryMarshal.Write(bytes.AsSpan(record), in head);
        }

        long body = header.RecordBytes + header.SideBytes;
        if (body >= 0 && body <= bytes.Length - at - BlockHeader.Size)
            header.BodyChecksum = Crc32C.Append(seed, bytes.AsSpan(at + BlockHeader.Size, (int)body));
        header.Checksum = BlockHeader.ChecksumOf(header, seed);
        MemoryMarshal.Write(bytes.AsSpan(at), in header);
    }
}
