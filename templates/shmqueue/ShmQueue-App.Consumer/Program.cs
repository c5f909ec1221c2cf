using ShmQueue_App.Messages;

using ReadingQueue readings = ReadingQueue.OpenOrCreate(Reading.Queue);

// Waits while the queue is empty, and uses no CPU. False after Complete, when everything was taken.
while (readings.TryDequeue(out Reading reading, Timeout.InfiniteTimeSpan))
    Console.WriteLine($"{reading.At:HH:mm:ss.fff}  {reading.Sensor}  {reading.Value}");

// The queue is a file: it stays, with whatever is in it, until somebody deletes it.
readings.Delete();
