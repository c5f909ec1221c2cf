using TypedShmQueue.Hosting.Tests.Processes;

// The second process of the tests: a host like any user's. Its input ends with the test, and so does it.
return await HostedWorker.RunAsync(args);
