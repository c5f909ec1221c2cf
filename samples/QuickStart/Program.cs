using TypedShmQueue.Samples.QuickStart;

// Every kind of call, in one process, so that it can be read from top to bottom. Between processes nothing is different: the
// other one opens the same name.
string name = TypedShmQueue.ShmQueueName.NewUnique();
try
{
    Lifetime.Show(name);
    Sending.Show(name);
    // "-- --keep NAME" leaves a queue of that name behind with messages in it, to be looked at with the tool shmq.
    if (args is ["--keep", var kept]) Keeping.Show(kept);
    Receiving.Show(name);
    Threads.Show(name);
    EndOfStream.Show(name);
    return 0;
}
finally
{
    // The queue is a file: it stays until somebody deletes it, whatever becomes of those who use it. False if it is gone already.
    _ = TradeQueue.Delete(name);
}
