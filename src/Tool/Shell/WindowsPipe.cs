using System.Runtime.InteropServices;

namespace TypedShmQueue.Tool.Shell;

/// <summary>What <see cref="OutputPipe"/> asks of Windows: by the standard handles, whose numbers are those of the descriptors.</summary>
internal static unsafe partial class WindowsPipe
{
    private const int FirstStandardHandle = -10, InvalidHandle = -1;
    private const uint PipeFile = 3;
    private const uint PipeLocalInformation = 24, Disconnected = 1, Closing = 4;
    private const int BrokenPipe = 109, NoReader = 232, NotConnected = 233;

    /// <summary>Whether the other end of the pipe is gone. False for what is no pipe.</summary>
    public static bool IsClosed(int descriptor)
    {
        nint handle = HandleOf(descriptor);
        if (GetFileType(handle) != PipeFile) return false;
        PipeInformation pipe;
        StatusBlock result;
        return NtQueryInformationFile(handle, &result, &pipe, (uint)sizeof(PipeInformation), PipeLocalInformation) == 0
            && pipe.State is Disconnected or Closing;
    }

    /// <summary>Whether the process was started without this handle.</summary>
    public static bool IsMissing(int descriptor) => HandleOf(descriptor) is 0 or InvalidHandle;

    /// <summary>Writes all of it.</summary>
    /// <exception cref="ShmqException">The system does not take it.</exception>
    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                uint written;
                if (WriteFile(HandleOf(descriptor), first + done, (uint)(bytes.Length - done), &written, 0) != 0)
                {
                    done += (int)written;
                    continue;
                }

                int error = Marshal.GetLastPInvokeError();
                throw error is BrokenPipe or NoReader or NotConnected
                    ? new ShmqException(ExitCode.OutputClosed, "")
                    : new ShmqException(ExitCode.Failed, $"The output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    private static nint HandleOf(int descriptor) => GetStdHandle(FirstStandardHandle - descriptor);

    [LibraryImport("kernel32")]
    private static partial nint GetStdHandle(int which);

    [LibraryImport("kernel32")]
    private static partial uint GetFileType(nint handle);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int WriteFile(nint handle, byte* bytes, uint count, uint* written, nint overlapped);

    [LibraryImport("ntdll")]
    private static partial int NtQueryInformationFile(nint handle, StatusBlock* result, void* into, uint length, uint what);

    [StructLayout(LayoutKind.Sequential)]
    private struct StatusBlock
    {
        public nint Status;
        public nint Count;
    }

    /// <summary>FILE_PIPE_LOCAL_INFORMATION: of its ten numbers, the last but one is asked for.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct PipeInformation
    {
        [FieldOffset(32)]
        public uint State;
    }
}
