using BenchmarkDotNet.Running;
using TypedShmQueue.Bench.Calls;

BenchmarkRunner.Run<SingleCalls>(args: args);
