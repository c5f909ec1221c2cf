using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Tool.Tests.Support;

/// <summary>
/// A pseudo-terminal, and how a process is started on it: in a session of its own, whose terminal it is, so that what is typed reaches it
/// and Ctrl+C interrupts it. .NET starts no process so, and nothing but the C library is needed.
/// </summary>
internal sealed unsafe partial class Terminal : IDisposable
{
    private const int ReadWrite = 2, NoControllingTerminal = 0x100, CloseOnExec = 0x80000;
    private const int SetWindowSize = 0x5414;
    private const short NewSession = 0x80, DefaultSignals = 0x04;
    private const int SignalInterrupt = 2;

    /// <summary>More than the C libraries' opaque structs of spawning take.</summary>
    private const int SizeOfSpawnStruct = 1024;

    private static readonly Lazy<string?> s_whyThereIsNone = new(static () =>
    {
        try
        {
            new Terminal(columns: 80, rows: 24).Dispose();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return $"The system gives no pseudo-terminal: {e.Message}";
        }
    });

    private readonly FileStream _ours;

    public Terminal(short columns, short rows)
    {
        int descriptor = OpenTerminal(ReadWrite | NoControllingTerminal | CloseOnExec);
        if (descriptor < 0) throw Failed("posix_openpt", Marshal.GetLastPInvokeError());
        SafeFileHandle ours = new(descriptor, ownsHandle: true);
        ThrowUnless0(Grant(ours), "grantpt");
        ThrowUnless0(Unlock(ours), "unlockpt");
        _ours = new FileStream(ours, FileAccess.ReadWrite, bufferSize: 0, isAsync: false);
        Resize(columns, rows);
    }

    /// <summary>Makes it so wide and so high. Whoever runs on it is told.</summary>
    public void Resize(short columns, short rows)
    {
        WindowSize size = new() { Rows = rows, Columns = columns };
        ThrowUnless0(Control(_ours.SafeFileHandle, SetWindowSize, &size), "ioctl TIOCSWINSZ");
    }

    /// <summary>Null where there are terminals.</summary>
    public static string? WhyThereIsNone => s_whyThereIsNone.Value;

    /// <summary>The side of who sits before it: what is written is typed, what is read is shown.</summary>
    public Stream Keyboard => _ours;

    /// <summary>Starts a program with this as its terminal.</summary>
    /// <returns>Its process id; whoever started it waits for it.</returns>
    public int Start(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        byte* name = stackalloc byte[128];
        ThrowUnless0(NameOf(_ours.SafeFileHandle, name, 128), "ptsname_r");
        void* files = NativeMemory.AllocZeroed(SizeOfSpawnStruct), attributes = NativeMemory.AllocZeroed(SizeOfSpawnStruct);
        using NativeStrings argv = new([program, .. arguments]), envp = new(environment.Select(static pair => $"{pair.Key}={pair.Value}"));
        try
        {
            ThrowUnless0(InitFiles(files), "posix_spawn_file_actions_init");
            // The first terminal that a session's leader opens becomes the session's.
            ThrowUnless0(AddOpen(files, 0, name, ReadWrite, 0), "posix_spawn_file_actions_addopen");
            ThrowUnless0(AddCopy(files, 0, 1), "posix_spawn_file_actions_adddup2");
            ThrowUnless0(AddCopy(files, 0, 2), "posix_spawn_file_actions_adddup2");
            ThrowUnless0(InitAttributes(attributes), "posix_spawnattr_init");
            // A shell starts its background jobs with interrupts ignored, and whoever they start inherits it: Ctrl+C would do nothing.
            ulong* signals = stackalloc ulong[16];
            ThrowUnless0(NoSignals(signals), "sigemptyset");
            ThrowUnless0(AddSignal(signals, SignalInterrupt), "sigaddset");
            ThrowUnless0(SetDefaultSignals(attributes, signals), "posix_spawnattr_setsigdefault");
            ThrowUnless0(SetFlags(attributes, NewSession | DefaultSignals), "posix_spawnattr_setflags");
            int process = 0;
            ThrowUnless0(Spawn(&process, program, files, attributes, argv.Pointers, envp.Pointers), "posix_spawnp");
            return process;
        }
        finally
        {
            NativeMemory.Free(files);
            NativeMemory.Free(attributes);
        }
    }

    public void Dispose() => _ours.Dispose();

    /// <summary>Some say -1 and leave the error behind, the others say the error.</summary>
    private static void ThrowUnless0(int result, string call)
    {
        if (result != 0) throw Failed(call, result > 0 ? result : Marshal.GetLastPInvokeError());
    }

    private static InvalidOperationException Failed(string call, int error) =>
        new($"{call} failed: {Marshal.GetPInvokeErrorMessage(error)}");

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public short Rows, Columns, Width, Height;
    }

    [LibraryImport("libc", EntryPoint = "posix_openpt", SetLastError = true)]
    private static partial int OpenTerminal(int flags);

    [LibraryImport("libc", EntryPoint = "grantpt", SetLastError = true)]
    private static partial int Grant(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "unlockpt", SetLastError = true)]
    private static partial int Unlock(SafeFileHandle terminal);

    [LibraryImport("libc", EntryPoint = "ptsname_r", SetLastError = true)]
    private static partial int NameOf(SafeFileHandle terminal, byte* name, nuint size);

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Control(SafeFileHandle terminal, nuint request, WindowSize* size);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitFiles(void* files);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    private static partial int AddOpen(void* files, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddCopy(void* files, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(void* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(void* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefaultSignals(void* attributes, ulong* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset", SetLastError = true)]
    private static partial int NoSignals(ulong* signals);

    [LibraryImport("libc", EntryPoint = "sigaddset", SetLastError = true)]
    private static partial int AddSignal(ulong* signals, int signal);

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(int* process, string program, void* files, void* attributes, byte** arguments, byte** environment);

    /// <summary>Strings as C has them, an empty pointer behind the last.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly int _count;

        public NativeStrings(IEnumerable<string> strings)
        {
            string[] all = [.. strings];
            _count = all.Length;
            Pointers = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (int i = 0; i < _count; i++) Pointers[i] = (byte*)Marshal.StringToCoTaskMemUTF8(all[i]);
        }

        public byte** Pointers { get; }

        public void Dispose()
        {
            for (int i = 0; i < _count; i++) Marshal.FreeCoTaskMem((nint)Pointers[i]);
            NativeMemory.Free(Pointers);
        }
    }
}
