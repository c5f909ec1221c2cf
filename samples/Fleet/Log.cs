namespace TypedShmQueue.Samples.Fleet;

/// <summary>One line to the console that all the processes share.</summary>
internal static class Log
{
    public static void Write(string who, string what) => Console.WriteLine($"{DateTime.Now:HH:mm:ss.fff}  {who,-12}  {what}");
}
