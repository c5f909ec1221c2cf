using TypedShmQueue.Samples.Frames;

// Without arguments this is the orchestrator; it starts the same program again as camera, viewer and recorder.
return args switch
{
    [] => await Orchestrator.RunAsync(),
    ["camera", var frames, var reports] => Camera.Run(frames, reports),
    ["viewer", var frames, var reports] => Viewer.Run(frames, reports),
    ["recorder", var frames, var reports] => Recorder.Run(frames, reports),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: Frames (no arguments; it starts its camera, viewer and recorder itself)");
    return 2;
}
