namespace TypedShmQueue.Samples.Orders;

/// <summary>One line to the console.</summary>
internal static class Log
{
    public static void Write(string what) => Console.WriteLine($"{DateTime.Now:HH:mm:ss.fff}  {what}");
}
