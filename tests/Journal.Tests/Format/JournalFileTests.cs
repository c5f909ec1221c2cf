using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Journal.Tests.Format;

/// <summary>The real file, on a disk and in memory.</summary>
public sealed class JournalFileTests
{
    [Theory]
    [InlineData("/var/tmp")]
    [InlineData("/dev/shm")]
    public void What_is_written_comes_back(string folder)
    {
        string path = $"{folder}/journal-test-{Guid.NewGuid():N}";
        try
        {
            JournalHeader header = RoundTripTests.Header(5000);
            ListSource source = new();
            using (JournalFile file = new(Open(path, FileMode.CreateNew), path))
            {
                JournalWriter<JournalRules>.Create(file, header);
                file.Length.ShouldBe(header.FileLength);
                JournalPosition position = JournalPosition.Beginning(8);
                JournalWriter<JournalRules> writer = new(file, header);
                for (int i = 0; i < 12; i++)
                {
                    source.Send(new byte[400 * i]);
                    writer.Append(ref position, ref source);
                }
            }

            using JournalFile again = new(Open(path, FileMode.Open), path);
            ListSource.Of(JournalReader<JournalRules>.Recover(again, "q")).ShouldBe(source);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Full_disk_is_an_error_with_words()
    {
        using JournalFile file = new(File.OpenHandle("/dev/full", FileMode.Open, FileAccess.ReadWrite), "/dev/full");
        ShmQueueLimitException full = Should.Throw<ShmQueueLimitException>(() => file.Write(0, new byte[4096]));
        full.Limit.ShouldBe(ShmQueueLimit.Space);
        full.Message.ShouldContain("does not get the space");
    }

    [Fact]
    public void Device_that_does_not_sync_is_an_error_with_words()
    {
        // A pipe cannot be synced.
        using System.IO.Pipes.AnonymousPipeServerStream stream = new();
        using SafeFileHandle end = new(stream.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        using JournalFile file = new(end, "pipe");
        Should.Throw<IOException>(file.Sync).Message.ShouldContain("has not written all of the journal 'pipe' (errno 22)");
    }

    private static SafeFileHandle Open(string path, FileMode mode) => File.OpenHandle(path, mode, FileAccess.ReadWrite);
}
