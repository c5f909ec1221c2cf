using TypedShmQueue.Nats.Tests.Processes;

// The second process of the tests: a bridge like any user's. Its input ends with the test, and so does it.
return await BridgeWorker.RunAsync(args);
