using ShmQueue_App.Messages;

using ReadingQueue readings = ReadingQueue.OpenOrCreate(Reading.Queue);

for (int i = 1; i <= 10; i++)
{
    // Waits while the queue is full. TryEnqueue would say no, EnqueueShift displace the oldest.
    readings.Enqueue(new Reading { At = DateTime.UtcNow, Value = 20 + i, Sensor = "boiler/1" });
    Console.WriteLine($"sent {i}");
    Thread.Sleep(100);
}

// Nothing more comes: the consumer ends when it has taken everything. Leave it out if other producers go on.
readings.Complete();
