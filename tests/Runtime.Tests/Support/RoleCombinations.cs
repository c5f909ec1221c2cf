using TypedShmQueue.Runtime.Tests.Async;
using TypedShmQueue.Runtime.Tests.Calls;
using TypedShmQueue.Runtime.Tests.Hostile;
using TypedShmQueue.Runtime.Tests.Lifetime;
using TypedShmQueue.Runtime.Tests.Serialization;

namespace TypedShmQueue.Runtime.Tests.Support;

public sealed class EnqueueTests_ManyProducers_ManyConsumers : EnqueueTests<ManyProducers, ManyConsumers>;
public sealed class EnqueueTests_ManyProducers_OneConsumer : EnqueueTests<ManyProducers, OneConsumer>;
public sealed class EnqueueTests_ManyProducers_OneWaitingConsumer : EnqueueTests<ManyProducers, OneWaitingConsumer>;
public sealed class EnqueueTests_OneProducer_ManyConsumers : EnqueueTests<OneProducer, ManyConsumers>;
public sealed class EnqueueTests_OneProducer_OneConsumer : EnqueueTests<OneProducer, OneConsumer>;
public sealed class EnqueueTests_OneProducer_OneWaitingConsumer : EnqueueTests<OneProducer, OneWaitingConsumer>;

public sealed class DequeueTests_ManyProducers_ManyConsumers : DequeueTests<ManyProducers, ManyConsumers>;
public sealed class DequeueTests_ManyProducers_OneConsumer : DequeueTests<ManyProducers, OneConsumer>;
public sealed class DequeueTests_ManyProducers_OneWaitingConsumer : DequeueTests<ManyProducers, OneWaitingConsumer>;
public sealed class DequeueTests_OneProducer_ManyConsumers : DequeueTests<OneProducer, ManyConsumers>;
public sealed class DequeueTests_OneProducer_OneConsumer : DequeueTests<OneProducer, OneConsumer>;
public sealed class DequeueTests_OneProducer_OneWaitingConsumer : DequeueTests<OneProducer, OneWaitingConsumer>;

public sealed class BatchTests_ManyProducers_ManyConsumers : BatchTests<ManyProducers, ManyConsumers>;
public sealed class BatchTests_ManyProducers_OneConsumer : BatchTests<ManyProducers, OneConsumer>;
public sealed class BatchTests_ManyProducers_OneWaitingConsumer : BatchTests<ManyProducers, OneWaitingConsumer>;
public sealed class BatchTests_OneProducer_ManyConsumers : BatchTests<OneProducer, ManyConsumers>;
public sealed class BatchTests_OneProducer_OneConsumer : BatchTests<OneProducer, OneConsumer>;
public sealed class BatchTests_OneProducer_OneWaitingConsumer : BatchTests<OneProducer, OneWaitingConsumer>;

public sealed class ClaimTests_ManyProducers_ManyConsumers : ClaimTests<ManyProducers, ManyConsumers>;
public sealed class ClaimTests_ManyProducers_OneConsumer : ClaimTests<ManyProducers, OneConsumer>;
public sealed class ClaimTests_ManyProducers_OneWaitingConsumer : ClaimTests<ManyProducers, OneWaitingConsumer>;
public sealed class ClaimTests_OneProducer_ManyConsumers : ClaimTests<OneProducer, ManyConsumers>;
public sealed class ClaimTests_OneProducer_OneConsumer : ClaimTests<OneProducer, OneConsumer>;
public sealed class ClaimTests_OneProducer_OneWaitingConsumer : ClaimTests<OneProducer, OneWaitingConsumer>;

public sealed class WaitTests_ManyProducers_ManyConsumers : WaitTests<ManyProducers, ManyConsumers>;
public sealed class WaitTests_ManyProducers_OneConsumer : WaitTests<ManyProducers, OneConsumer>;
public sealed class WaitTests_ManyProducers_OneWaitingConsumer : WaitTests<ManyProducers, OneWaitingConsumer>;
public sealed class WaitTests_OneProducer_ManyConsumers : WaitTests<OneProducer, ManyConsumers>;
public sealed class WaitTests_OneProducer_OneConsumer : WaitTests<OneProducer, OneConsumer>;
public sealed class WaitTests_OneProducer_OneWaitingConsumer : WaitTests<OneProducer, OneWaitingConsumer>;

public sealed class CompletionTests_ManyProducers_ManyConsumers : CompletionTests<ManyProducers, ManyConsumers>;
public sealed class CompletionTests_ManyProducers_OneConsumer : CompletionTests<ManyProducers, OneConsumer>;
public sealed class CompletionTests_ManyProducers_OneWaitingConsumer : CompletionTests<ManyProducers, OneWaitingConsumer>;
public sealed class CompletionTests_OneProducer_ManyConsumers : CompletionTests<OneProducer, ManyConsumers>;
public sealed class CompletionTests_OneProducer_OneConsumer : CompletionTests<OneProducer, OneConsumer>;
public sealed class CompletionTests_OneProducer_OneWaitingConsumer : CompletionTests<OneProducer, OneWaitingConsumer>;

public sealed class StateTests_ManyProducers_ManyConsumers : StateTests<ManyProducers, ManyConsumers>;
public sealed class StateTests_ManyProducers_OneConsumer : StateTests<ManyProducers, OneConsumer>;
public sealed class StateTests_ManyProducers_OneWaitingConsumer : StateTests<ManyProducers, OneWaitingConsumer>;
public sealed class StateTests_OneProducer_ManyConsumers : StateTests<OneProducer, ManyConsumers>;
public sealed class StateTests_OneProducer_OneConsumer : StateTests<OneProducer, OneConsumer>;
public sealed class StateTests_OneProducer_OneWaitingConsumer : StateTests<OneProducer, OneWaitingConsumer>;

public sealed class LapTests_ManyProducers_ManyConsumers : LapTests<ManyProducers, ManyConsumers>;
public sealed class LapTests_ManyProducers_OneConsumer : LapTests<ManyProducers, OneConsumer>;
public sealed class LapTests_ManyProducers_OneWaitingConsumer : LapTests<ManyProducers, OneWaitingConsumer>;
public sealed class LapTests_OneProducer_ManyConsumers : LapTests<OneProducer, ManyConsumers>;
public sealed class LapTests_OneProducer_OneConsumer : LapTests<OneProducer, OneConsumer>;
public sealed class LapTests_OneProducer_OneWaitingConsumer : LapTests<OneProducer, OneWaitingConsumer>;

public sealed class LedgerTests_ManyProducers_ManyConsumers : LedgerTests<ManyProducers, ManyConsumers>;
public sealed class LedgerTests_ManyProducers_OneConsumer : LedgerTests<ManyProducers, OneConsumer>;
public sealed class LedgerTests_ManyProducers_OneWaitingConsumer : LedgerTests<ManyProducers, OneWaitingConsumer>;
public sealed class LedgerTests_OneProducer_ManyConsumers : LedgerTests<OneProducer, ManyConsumers>;
public sealed class LedgerTests_OneProducer_OneConsumer : LedgerTests<OneProducer, OneConsumer>;
public sealed class LedgerTests_OneProducer_OneWaitingConsumer : LedgerTests<OneProducer, OneWaitingConsumer>;

public sealed class DisposeTests_ManyProducers_ManyConsumers : DisposeTests<ManyProducers, ManyConsumers>;
public sealed class DisposeTests_ManyProducers_OneConsumer : DisposeTests<ManyProducers, OneConsumer>;
public sealed class DisposeTests_ManyProducers_OneWaitingConsumer : DisposeTests<ManyProducers, OneWaitingConsumer>;
public sealed class DisposeTests_OneProducer_ManyConsumers : DisposeTests<OneProducer, ManyConsumers>;
public sealed class DisposeTests_OneProducer_OneConsumer : DisposeTests<OneProducer, OneConsumer>;
public sealed class DisposeTests_OneProducer_OneWaitingConsumer : DisposeTests<OneProducer, OneWaitingConsumer>;

public sealed class LifetimeTests_ManyProducers_ManyConsumers : LifetimeTests<ManyProducers, ManyConsumers>;
public sealed class LifetimeTests_ManyProducers_OneConsumer : LifetimeTests<ManyProducers, OneConsumer>;
public sealed class LifetimeTests_ManyProducers_OneWaitingConsumer : LifetimeTests<ManyProducers, OneWaitingConsumer>;
public sealed class LifetimeTests_OneProducer_ManyConsumers : LifetimeTests<OneProducer, ManyConsumers>;
public sealed class LifetimeTests_OneProducer_OneConsumer : LifetimeTests<OneProducer, OneConsumer>;
public sealed class LifetimeTests_OneProducer_OneWaitingConsumer : LifetimeTests<OneProducer, OneWaitingConsumer>;

public sealed class DeleteTests_ManyProducers_ManyConsumers : DeleteTests<ManyProducers, ManyConsumers>;
public sealed class DeleteTests_ManyProducers_OneConsumer : DeleteTests<ManyProducers, OneConsumer>;
public sealed class DeleteTests_ManyProducers_OneWaitingConsumer : DeleteTests<ManyProducers, OneWaitingConsumer>;
public sealed class DeleteTests_OneProducer_ManyConsumers : DeleteTests<OneProducer, ManyConsumers>;
public sealed class DeleteTests_OneProducer_OneConsumer : DeleteTests<OneProducer, OneConsumer>;
public sealed class DeleteTests_OneProducer_OneWaitingConsumer : DeleteTests<OneProducer, OneWaitingConsumer>;

public sealed class SpoiltWordTests_ManyProducers_ManyConsumers : SpoiltWordTests<ManyProducers, ManyConsumers>;
public sealed class SpoiltWordTests_ManyProducers_OneConsumer : SpoiltWordTests<ManyProducers, OneConsumer>;
public sealed class SpoiltWordTests_ManyProducers_OneWaitingConsumer : SpoiltWordTests<ManyProducers, OneWaitingConsumer>;
public sealed class SpoiltWordTests_OneProducer_ManyConsumers : SpoiltWordTests<OneProducer, ManyConsumers>;
public sealed class SpoiltWordTests_OneProducer_OneConsumer : SpoiltWordTests<OneProducer, OneConsumer>;
public sealed class SpoiltWordTests_OneProducer_OneWaitingConsumer : SpoiltWordTests<OneProducer, OneWaitingConsumer>;

public sealed class AllocationTests_ManyProducers_ManyConsumers : AllocationTests<ManyProducers, ManyConsumers>;
public sealed class AllocationTests_ManyProducers_OneConsumer : AllocationTests<ManyProducers, OneConsumer>;
public sealed class AllocationTests_ManyProducers_OneWaitingConsumer : AllocationTests<ManyProducers, OneWaitingConsumer>;
public sealed class AllocationTests_OneProducer_ManyConsumers : AllocationTests<OneProducer, ManyConsumers>;
public sealed class AllocationTests_OneProducer_OneConsumer : AllocationTests<OneProducer, OneConsumer>;
public sealed class AllocationTests_OneProducer_OneWaitingConsumer : AllocationTests<OneProducer, OneWaitingConsumer>;

public sealed class CreationRaceTests_ManyProducers_ManyConsumers : CreationRaceTests<ManyProducers, ManyConsumers>;
public sealed class CreationRaceTests_ManyProducers_OneConsumer : CreationRaceTests<ManyProducers, OneConsumer>;
public sealed class CreationRaceTests_ManyProducers_OneWaitingConsumer : CreationRaceTests<ManyProducers, OneWaitingConsumer>;
public sealed class CreationRaceTests_OneProducer_ManyConsumers : CreationRaceTests<OneProducer, ManyConsumers>;
public sealed class CreationRaceTests_OneProducer_OneConsumer : CreationRaceTests<OneProducer, OneConsumer>;
public sealed class CreationRaceTests_OneProducer_OneWaitingConsumer : CreationRaceTests<OneProducer, OneWaitingConsumer>;

public sealed class AsyncTests_ManyProducers_ManyConsumers : AsyncTests<ManyProducers, ManyConsumers>;
public sealed class AsyncTests_ManyProducers_OneConsumer : AsyncTests<ManyProducers, OneConsumer>;
public sealed class AsyncTests_ManyProducers_OneWaitingConsumer : AsyncTests<ManyProducers, OneWaitingConsumer>;
public sealed class AsyncTests_OneProducer_ManyConsumers : AsyncTests<OneProducer, ManyConsumers>;
public sealed class AsyncTests_OneProducer_OneConsumer : AsyncTests<OneProducer, OneConsumer>;
public sealed class AsyncTests_OneProducer_OneWaitingConsumer : AsyncTests<OneProducer, OneWaitingConsumer>;

public sealed class AsyncAllocationTests_ManyProducers_ManyConsumers : AsyncAllocationTests<ManyProducers, ManyConsumers>;
public sealed class AsyncAllocationTests_ManyProducers_OneConsumer : AsyncAllocationTests<ManyProducers, OneConsumer>;
public sealed class AsyncAllocationTests_ManyProducers_OneWaitingConsumer : AsyncAllocationTests<ManyProducers, OneWaitingConsumer>;
public sealed class AsyncAllocationTests_OneProducer_ManyConsumers : AsyncAllocationTests<OneProducer, ManyConsumers>;
public sealed class AsyncAllocationTests_OneProducer_OneConsumer : AsyncAllocationTests<OneProducer, OneConsumer>;
public sealed class AsyncAllocationTests_OneProducer_OneWaitingConsumer : AsyncAllocationTests<OneProducer, OneWaitingConsumer>;

public sealed class SerializedMessageTests_ManyProducers_ManyConsumers : SerializedMessageTests<ManyProducers, ManyConsumers>;
public sealed class SerializedMessageTests_ManyProducers_OneConsumer : SerializedMessageTests<ManyProducers, OneConsumer>;
public sealed class SerializedMessageTests_ManyProducers_OneWaitingConsumer : SerializedMessageTests<ManyProducers, OneWaitingConsumer>;
public sealed class SerializedMessageTests_OneProducer_ManyConsumers : SerializedMessageTests<OneProducer, ManyConsumers>;
public sealed class SerializedMessageTests_OneProducer_OneConsumer : SerializedMessageTests<OneProducer, OneConsumer>;
public sealed class SerializedMessageTests_OneProducer_OneWaitingConsumer : SerializedMessageTests<OneProducer, OneWaitingConsumer>;

public sealed class SerializerFaultTests_ManyProducers_ManyConsumers : SerializerFaultTests<ManyProducers, ManyConsumers>;
public sealed class SerializerFaultTests_ManyProducers_OneConsumer : SerializerFaultTests<ManyProducers, OneConsumer>;
public sealed class SerializerFaultTests_ManyProducers_OneWaitingConsumer : SerializerFaultTests<ManyProducers, OneWaitingConsumer>;
public sealed class SerializerFaultTests_OneProducer_ManyConsumers : SerializerFaultTests<OneProducer, ManyConsumers>;
public sealed class SerializerFaultTests_OneProducer_OneConsumer : SerializerFaultTests<OneProducer, OneConsumer>;
public sealed class SerializerFaultTests_OneProducer_OneWaitingConsumer : SerializerFaultTests<OneProducer, OneWaitingConsumer>;
