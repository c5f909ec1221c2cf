using System.Globalization;
using TypedShmQueue.Bench.Nats;

// The bridge against the bare client, by turns, on one nats-server of its own. An argument is the number of rounds.
return await Comparison.RunAsync(args is [var rounds] && int.TryParse(rounds, CultureInfo.InvariantCulture, out int count) ? count : 5);
