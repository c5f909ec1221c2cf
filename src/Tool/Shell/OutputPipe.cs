using System.Runtime.InteropServices;

namespace TypedShmQueue.Tool.Shell;

/// <summary>The output, where it is a pipe. .NET writes into one that nobody reads any more without a word, so somebody has to ask.</summary>
internal static unsafe partial class OutputPipe
{
    private const int StandardOutput = 1;
    private const short Failed = 0x8, HungUp = 0x10;

    /// <summary>Whether its reader is gone. Makes a system call.</summary>
    public static bool IsClosed
    {
        get
        {
            PollDescriptor output = new() { Descriptor = StandardOutput };
            return Poll(&output, 1, milliseconds: 0) > 0 && (output.Found & (Failed | HungUp)) != 0;
        }
    }

    /// <summary>Ends the command, without a word if none is given, if nobody reads its answer.</summary>
    public static void ThrowIfClosed(string sentence = "")
    {
        if (IsClosed) throw new ShmqException(ExitCode.OutputClosed, sentence);
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Asked;
        public short Found;
    }
}
