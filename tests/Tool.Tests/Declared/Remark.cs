namespace TypedShmQueue.Tool.Tests.Declared;

using TypedShmQueue;

// Its fields are the affair of RemarkSerializer, and no schema has them: declare them here or in another part.
// It may be a class or a struct instead.
[ShmQueue(Capacity = 8, MaxMessageBytes = 60, Serializer = typeof(RemarkSerializer), Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
public sealed partial record Remark;
