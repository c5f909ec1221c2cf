using System.Globalization;
using System.Text;

namespace TypedShmQueue.Tool.Shell;

/// <summary>Input and output of the process: UTF-8 unless told otherwise, whatever the locale says.</summary>
internal static class Streams
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What text is written and read in.</summary>
    public static Encoding Encoding { get; private set; } = s_utf8;

    public static bool IsUtf8 => Encoding is UTF8Encoding;

    /// <summary>Has the console write and read in this encoding. Null: UTF-8.</summary>
    /// <exception cref="ShmqException">There is no such encoding.</exception>
    public static void Use(string? encoding)
    {
        if (encoding != null) Encoding = Find(encoding);
        // A Windows console understands bytes by a setting of its own.
        if (OperatingSystem.IsWindows() && !Console.IsOutputRedirected) Console.OutputEncoding = Encoding;
        Console.SetOut(WriterOf(OutputPipe.Output));
        Console.SetError(OutputPipe.IsMissing(OutputPipe.Error) ? TextWriter.Null : WriterOf(OutputPipe.Error));
    }

    /// <summary>The input. A byte order mark at its start is no part of it, and tells its encoding.</summary>
    public static TextReader OpenInput()
    {
        if (OutputPipe.IsMissing(OutputPipe.Input))
            throw new ShmqException(ExitCode.Failed,
                "No message was given, and the standard input is closed. Give messages as arguments, or redirect the input from a file.");
        return new StreamReader(Console.OpenStandardInput(), Encoding, detectEncodingFromByteOrderMarks: true);
    }

    private static Encoding Find(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        try
        {
            Encoding found = Encoding.GetEncoding(name, new EscapeFallback(), DecoderFallback.ExceptionFallback);
            return found.CodePage == s_utf8.CodePage ? s_utf8 : found;
        }
        catch (ArgumentException)
        {
            throw new ShmqException(ExitCode.WrongInput,
                $"'{name}' is not a known encoding. --encoding takes a name such as utf-8 or iso-8859-1.");
        }
    }

    private static StreamWriter WriterOf(int descriptor) =>
        new(new DescriptorStream(descriptor), IsUtf8
            ? new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)
            : WithoutMark(), bufferSize: 4096) { AutoFlush = true, NewLine = "\n" }; // the same bytes on every system

    // A mark at the start of an output that is appended to a file would be a character in its middle.
    private static Encoding WithoutMark() => Encoding.GetPreamble().Length == 0 ? Encoding : new PlainEncoding(Encoding);

    /// <summary>What the encoding does not have is escaped as JSON does it, so that nothing is lost where JSON is written.</summary>
    private sealed class EscapeFallback : EncoderFallback
    {
        public override int MaxCharCount => 12;

        public override EncoderFallbackBuffer CreateFallbackBuffer() => new Buffer();

        private sealed class Buffer : EncoderFallbackBuffer
        {
            private string _escape = "";
            private int _at;

            public override int Remaining => _escape.Length - _at;

            public override bool Fallback(char charUnknown, int index) =>
                Begin(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)charUnknown:x4}"));

            public override bool Fallback(char charUnknownHigh, char charUnknownLow, int index) =>
                Begin(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)charUnknownHigh:x4}\\u{(int)charUnknownLow:x4}"));

            public override char GetNextChar() => _at < _escape.Length ? _escape[_at++] : '\0';

            public override bool MovePrevious()
            {
                if (_at == 0) return false;
                _at--;
                return true;
            }

            public override void Reset() => Begin("");

            private bool Begin(string escape)
            {
                (_escape, _at) = (escape, 0);
                return true;
            }
        }
    }

    /// <summary>An encoding without its byte order mark.</summary>
    private sealed class PlainEncoding(Encoding inner) : Encoding
    {
        public override int GetByteCount(char[] chars, int index, int count) => inner.GetByteCount(chars, index, count);

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
            inner.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

        public override int GetCharCount(byte[] bytes, int index, int count) => inner.GetCharCount(bytes, index, count);

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
            inner.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

        public override int GetMaxByteCount(int charCount) => inner.GetMaxByteCount(charCount);

        public override int GetMaxCharCount(int byteCount) => inner.GetMaxCharCount(byteCount);

        public override Encoder GetEncoder() => inner.GetEncoder();
    }

    /// <summary>Writes to a descriptor at once, and says what the system says.</summary>
    private sealed class DescriptorStream(int descriptor) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
            // Nothing is kept here.
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            try
            {
                OutputPipe.Write(descriptor, buffer);
            }
            catch (ShmqException) when (descriptor == OutputPipe.Error)
            {
                // Nobody is left to be told.
            }
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
