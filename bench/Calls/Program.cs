using BenchmarkDotNet.Running;
using TypedShmQueue.Bench.Calls;

// Without arguments all of them run; `--filter '*AsyncCalls*'` picks some.
BenchmarkSwitcher.FromTypes([typeof(SingleCalls), typeof(AsyncCalls), typeof(ObservedCalls)]).Run(args is [] ? ["--filter", "*"] : args);
