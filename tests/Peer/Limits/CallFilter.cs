using System.Runtime.InteropServices;

namespace TypedShmQueue.Peer.Limits;

/// <summary>
/// A seccomp filter, as containers have it: one system call of this process is answered with an error from now on, on all threads.
/// </summary>
internal static unsafe partial class CallFilter
{
    private const int NoNewPrivileges = 38, SetFilter = 1, AllThreads = 1;
    private const ushort LoadWord = 0x20, JumpIfEqual = 0x15, Return = 0x06;
    private const uint Allow = 0x7fff0000, Error = 0x00050000;

    /// <param name="call">Its number.</param>
    /// <param name="error">What it is answered.</param>
    public static void Refuse(uint call, ushort error)
    {
        Instruction* code = stackalloc Instruction[4]
        {
            new(LoadWord, 0, 0, 0), // the call's number
            new(JumpIfEqual, 0, 1, call),
            new(Return, 0, 0, Error | error),
            new(Return, 0, 0, Allow),
        };
        FilterProgram program = new() { Length = 4, Code = code };
        nint seccomp = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 277 : 317;
        if (Control(NoNewPrivileges, 1, 0, 0, 0) != 0 || Seccomp(seccomp, SetFilter, AllThreads, &program) != 0)
            throw new InvalidOperationException($"No filter can be set (errno {Marshal.GetLastPInvokeError()}).");
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Seccomp(nint number, uint operation, uint flags, FilterProgram* program);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, byte whenTrue, byte whenFalse, uint value)
    {
        private readonly ushort _code = code;
        private readonly byte _whenTrue = whenTrue;
        private readonly byte _whenFalse = whenFalse;
        private readonly uint _value = value;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public Instruction* Code;
    }
}
