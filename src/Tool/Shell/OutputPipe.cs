using System.Runtime.InteropServices;

namespace TypedShmQueue.Tool.Shell;

/// <summary>
/// The process's own descriptors, as it was given them. .NET writes into a pipe that nobody reads any more without a word, and hands the
/// number of a closed descriptor to the next file that it opens, so somebody has to ask.
/// </summary>
internal static unsafe partial class OutputPipe
{
    public const int Input = 0, Output = 1, Error = 2;

    private const short Failed = 0x8, HungUp = 0x10, CanWrite = 0x4;
    private const int GetDescriptorFlags = 1, GetStatusFlags = 3, CloseOnExec = 1, AccessMode = 3, ReadOnly = 0, WriteOnly = 1;
    private const int Interrupted = 4, Again = 11, BrokenPipe = 32;

    /// <summary>Whether the output's reader is gone. Makes a system call.</summary>
    public static bool IsClosed
    {
        get
        {
            if (OperatingSystem.IsWindows()) return WindowsPipe.IsClosed(Output);
            PollDescriptor output = new() { Descriptor = Output };
            return Poll(&output, 1, milliseconds: 0) > 0 && (output.Found & (Failed | HungUp)) != 0;
        }
    }

    /// <summary>
    /// Whether the process was started without this descriptor. A file that the runtime has opened under its number since is known by its
    /// mark: what was inherited cannot have it.
    /// </summary>
    public static bool IsMissing(int descriptor)
    {
        if (OperatingSystem.IsWindows()) return WindowsPipe.IsMissing(descriptor);
        int flags = Control(descriptor, GetDescriptorFlags, 0);
        if (flags < 0 || (flags & CloseOnExec) != 0) return true;
        return (Control(descriptor, GetStatusFlags, 0) & AccessMode) == (descriptor == Input ? WriteOnly : ReadOnly);
    }

    /// <summary>Ends the command, without a word if none is given, if nobody reads its answer.</summary>
    public static void ThrowIfClosed(string sentence = "")
    {
        if (IsClosed) throw new ShmqException(ExitCode.OutputClosed, sentence);
    }

    /// <summary>Writes all of it.</summary>
    /// <exception cref="ShmqException">The system does not take it.</exception>
    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            WindowsPipe.Write(descriptor, bytes);
            return;
        }

        fixed (byte* first = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint written = WriteTo(descriptor, first + done, (nuint)(bytes.Length - done));
                if (written >= 0)
                {
                    done += (int)written;
                    continue;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == Again) WaitForRoom(descriptor);
                else if (error == BrokenPipe) throw new ShmqException(ExitCode.OutputClosed, "");
                else if (error != Interrupted)
                    throw new ShmqException(ExitCode.Failed, $"The output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.");
            }
        }
    }

    private static void WaitForRoom(int descriptor)
    {
        PollDescriptor output = new() { Descriptor = descriptor, Asked = CanWrite };
        _ = Poll(&output, 1, milliseconds: -1);
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollDescriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(int descriptor, int command, nint argument);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, byte* bytes, nuint count);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Asked;
        public short Found;
    }
}
