using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Runtime.Tests.Support;
using ManyQueue =
    TypedShmQueue.Testing.TypedQueue<TypedShmQueue.Testing.Parcel,
    TypedShmQueue.CompilerServices.ManyProducers, TypedShmQueue.CompilerServices.ManyConsumers>;

namespace TypedShmQueue.Runtime.Tests.Hostile;

/// <summary>Files that are no queue, or no longer one: refused at open by every way to open, and removable by name.</summary>
public sealed class SpoiltFileTests : QueueTests<ManyProducers, ManyConsumers>
{
    // Facts for people; a wrong one misleads nobody but a reader.
    private static readonly string[] s_informative =
        [nameof(SegmentHeader.CreatedUnixMilliseconds), nameof(SegmentHeader.CreatorProcessId), nameof(SegmentHeader.QueueId)];

    private string File => Folder.PathOf(Name);

    public static TheoryData<string> ColdFields { get; } =
        [.. typeof(SegmentHeader).GetFields().Where(f => f.GetCustomAttribute<FieldOffsetAttribute>()!.Value < 512).Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(ColdFields))]
    public void Header_is_not_believed_when_a_field_is_spoilt(string field)
    {
        // Large enough that another capacity does not fit into the same pages.
        Create(capacity: 1024).Dispose();
        int offset = (int)Marshal.OffsetOf<SegmentHeader>(field);
        int size = (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(typeof(SegmentHeader).GetField(field)!.FieldType)
            .Invoke(null, null)!;
        byte[] whole = Spoiler.Read(File, offset, size);
        byte[] plusOne = [(byte)(whole[0] + 1), .. whole[1..]];
        byte[] negative = [.. whole[..^1], (byte)(whole[^1] | 0x80)];
        byte[] ones = [.. Enumerable.Repeat((byte)0xff, size)];
        byte[] doubled = size > 8
            ? ones : [.. BitConverter.GetBytes((size == 8 ? BitConverter.ToInt64(whole) : BitConverter.ToInt32(whole)) * 2)[..size]];
        foreach (byte[] spoilt in (byte[][])[plusOne, doubled, negative, ones, new byte[size]])
        {
            if (spoilt.AsSpan().SequenceEqual(whole)) continue;
            Spoiler.Write(File, offset, spoilt);
            if (s_informative.Contains(field, StringComparer.Ordinal)) Open().Dispose();
            else RefusedByAll();
        }

        Spoiler.Write(File, offset, whole);
        Open().IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Schema_text_is_not_believed_when_it_is_spoilt()
    {
        Create().Dispose();
        long at = Spoiler.ReadWord(File, 64);
        Spoiler.Write(File, at + 5, (byte)'Q');
        RefusedByAll();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(8192)]
    public void Truncated_file_is_refused(long length)
    {
        Create().Dispose();
        Spoiler.SetLength(File, length);
        RefusedByAll();
        // Without its mark nothing tells it from a file of somebody else's.
        if (length < sizeof(ulong))
        {
            Should.Throw<ShmQueueCorruptException>(() =>
                QueueFiles.Delete(Name, Folder.Options)).Message.ShouldContain("It was not touched");
            System.IO.File.Delete(File);
        }
        else
        {
            QueueFiles.Delete(Name, Folder.Options).ShouldBeTrue();
        }

        Folder.Content.ShouldBeEmpty();
        Create().IsEmpty.ShouldBeTrue();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(1 << 20)]
    public void File_of_another_length_is_refused(long difference)
    {
        Create().Dispose();
        Spoiler.SetLength(File, new FileInfo(File).Length + difference);
        RefusedByAll().Message.ShouldContain("truncated or extended");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Foreign_file_is_refused_and_left_as_it_is(int length)
    {
        byte[] content = new byte[length];
        new Random(1).NextBytes(content);
        System.IO.File.WriteAllBytes(File, content);
        RefusedByAll();
        Should.Throw<ShmQueueExistsException>(() => Create());
        Should.Throw<ShmQueueCorruptException>(() => QueueFiles.Delete(Name, Folder.Options)).Message.ShouldContain("another kind of file");
        System.IO.File.ReadAllBytes(File).ShouldBe(content);
    }

    private ShmQueueException RefusedByAll()
    {
        ShmQueueException? last = null;
        foreach (Action open in (Action[])[
            () => ManyQueue.Open(Contract, Name, Folder.Options), () => ManyQueue.OpenOrCreate(Contract, Name, Folder.Options),
            () => ManyQueue.TryOpen(Contract, Name, Folder.Options, out _)])
        {
            last = Record.Exception(open).ShouldBeAssignableTo<ShmQueueException>().ShouldNotBeNull();
            (last is ShmQueueCorruptException or ShmQueueSchemaMismatchException).ShouldBeTrue(last.ToString());
            last.QueueName.ShouldBe(Name);
        }

        return last!;
    }
}
