using System.Globalization;
using TypedShmQueue.Bench.Keystroke;

// What the generator costs an IDE: a table for projects of 1, 100 and 1,000 messages.
const int Keystrokes = 100;

// The first run pays for the JIT; an IDE pays that once.
_ = new Editor(10).Measure(Keystrokes);

Console.WriteLine("| messages | all of them, warm | allocated | in a body | allocated | in a body beside | allocated | in a declaration " +
    "| allocated |");
Console.WriteLine("|---------:|------------------:|----------:|----------:|----------:|-----------------:|----------:|-----------------:|----------:|");
foreach (int messages in (int[])[1, 100, 1000])
{
    Costs costs = new Editor(messages).Measure(Keystrokes);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {messages,8:N0} | {costs.All} | {costs.Elsewhere} | {costs.Beside} | {costs.Declaration} |"));
}
