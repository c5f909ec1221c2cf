using System.Globalization;
using TypedShmQueue.Bench.Keystroke;

// What the generator costs an IDE: a table for projects of 1, 100 and 1,000 messages.
const int Keystrokes = 100;

// The first run pays for the JIT; an IDE pays that once.
_ = new Editor(10).Measure(Keystrokes);

Console.WriteLine("| messages | all of them, warm | keystroke in another file | allocated | keystroke beside a message | allocated |");
Console.WriteLine("|---------:|------------------:|--------------------------:|----------:|---------------------------:|----------:|");
foreach (int messages in (int[])[1, 100, 1000])
{
    Costs costs = new Editor(messages).Measure(Keystrokes);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {messages,8:N0} | {costs.All.Milliseconds,14:N1} ms | {costs.Elsewhere.Milliseconds,22:N2} ms | {costs.Elsewhere.Kilobytes,6:N0} KB | {costs.Beside.Milliseconds,23:N2} ms | {costs.Beside.Kilobytes,6:N0} KB |"));
}
