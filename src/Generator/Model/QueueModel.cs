namespace TypedShmQueue.Generator.Model;

/// <summary>Everything the emitter needs to write one queue.</summary>
/// <remarks>
/// Caching contract: strings, numbers and equatable arrays only. A model equal to the one of the previous run stops the pipeline,
/// so nothing in it may depend on where in a file the message stands.
/// </remarks>
/// <param name="MetadataName">The message's full metadata name, such as <c>Demo.Outer+Trade</c>: unique in the compilation.</param>
/// <param name="Namespace">The namespace, escaped; null for the global one.</param>
/// <param name="Containers">The types the message is nested in, outermost first.</param>
/// <param name="MessageName">The message's simple name, not escaped.</param>
/// <param name="MessageType">The message's name for use in code: <c>global::</c>, namespace, containers, all escaped.</param>
/// <param name="QueueName">The name of the emitted type, escaped.</param>
/// <param name="SubscriptionName">For a broadcast queue, the name of its emitted subscription, escaped; null for any other.</param>
/// <param name="LeaseName">With acknowledged delivery or groups, the name of the emitted lease, escaped; null for any other.</param>
/// <param name="GroupName">With groups, the name of their emitted member, escaped; null for any other.</param>
/// <param name="Accessibility">The accessibility of message and queue alike: <c>public</c>, <c>internal</c>, …</param>
/// <param name="Capacity">Slots of a queue created without a capacity of its own.</param>
/// <param name="OneProducer">Whether there is one producer at a time.</param>
/// <param name="Consumers">How consumers free slots.</param>
/// <param name="Displaces">Whether producers may displace the oldest message.</param>
/// <param name="Layout">The bytes of one message.</param>
/// <param name="Serializer">What turns messages into those bytes; null for an unmanaged struct, which is copied.</param>
/// <param name="Summary">The message's own summary as one line of XML content; null if it has none.</param>
/// <param name="Marks">The message's attributes that its queue bears too, as code.</param>
/// <param name="SubscriptionMarks">Those that its subscription bears.</param>
/// <param name="LeaseMarks">Those that its lease bears.</param>
/// <param name="GroupMarks">Those that the member of its groups bears.</param>
/// <param name="Form">How modern the emitted code may be.</param>
/// <param name="RuntimeAlias">The alias by which the project knows the runtime; null if <c>global::</c> leads to it.</param>
/// <param name="Aliases">Every alias that the emitted code names.</param>
internal sealed record QueueModel(
    string MetadataName,
    string? Namespace,
    EquatableArray<ContainerModel> Containers,
    string MessageName,
    string MessageType,
    string QueueName,
    string? SubscriptionName,
    string? LeaseName,
    string? GroupName,
    string Accessibility,
    int Capacity,
    bool OneProducer,
    ConsumerRole Consumers,
    bool Displaces,
    MessageLayout Layout,
    SerializerModel? Serializer,
    string? Summary,
    EquatableArray<string> Marks,
    EquatableArray<string> SubscriptionMarks,
    EquatableArray<string> LeaseMarks,
    EquatableArray<string> GroupMarks,
    EmittedForm Form,
    string? RuntimeAlias,
    EquatableArray<string> Aliases);
