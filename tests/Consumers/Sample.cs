namespace TypedShmQueue.Consumers
{
    /// <summary>One file, linked into projects of several languages and frameworks.</summary>
#if NET10_0_OR_GREATER
    [ShmQueue(Capacity = 16)]
#endif
    public struct Sample
    {
        /// <summary>Ticks.</summary>
        public long At;

        /// <summary>What was measured.</summary>
        public double Value;

        /// <summary>Which sensor.</summary>
        public int Sensor;
    }
}
