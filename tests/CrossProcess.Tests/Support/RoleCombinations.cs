using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests.Support;

public sealed class KillTests_ManyProducers_ManyConsumers : KillTests<ManyProducers, ManyConsumers>;
public sealed class KillTests_ManyProducers_OneConsumer : KillTests<ManyProducers, OneConsumer>;
public sealed class KillTests_ManyProducers_OneWaitingConsumer : KillTests<ManyProducers, OneWaitingConsumer>;
public sealed class KillTests_OneProducer_ManyConsumers : KillTests<OneProducer, ManyConsumers>;
public sealed class KillTests_OneProducer_OneConsumer : KillTests<OneProducer, OneConsumer>;
public sealed class KillTests_OneProducer_OneWaitingConsumer : KillTests<OneProducer, OneWaitingConsumer>;

public sealed class StopTests_ManyProducers_ManyConsumers : StopTests<ManyProducers, ManyConsumers>;
public sealed class StopTests_ManyProducers_OneConsumer : StopTests<ManyProducers, OneConsumer>;
public sealed class StopTests_ManyProducers_OneWaitingConsumer : StopTests<ManyProducers, OneWaitingConsumer>;
public sealed class StopTests_OneProducer_ManyConsumers : StopTests<OneProducer, ManyConsumers>;
public sealed class StopTests_OneProducer_OneConsumer : StopTests<OneProducer, OneConsumer>;
public sealed class StopTests_OneProducer_OneWaitingConsumer : StopTests<OneProducer, OneWaitingConsumer>;

public sealed class ProcessLedgerTests_ManyProducers_ManyConsumers : ProcessLedgerTests<ManyProducers, ManyConsumers>;
public sealed class ProcessLedgerTests_ManyProducers_OneConsumer : ProcessLedgerTests<ManyProducers, OneConsumer>;
public sealed class ProcessLedgerTests_ManyProducers_OneWaitingConsumer : ProcessLedgerTests<ManyProducers, OneWaitingConsumer>;
public sealed class ProcessLedgerTests_OneProducer_ManyConsumers : ProcessLedgerTests<OneProducer, ManyConsumers>;
public sealed class ProcessLedgerTests_OneProducer_OneConsumer : ProcessLedgerTests<OneProducer, OneConsumer>;
public sealed class ProcessLedgerTests_OneProducer_OneWaitingConsumer : ProcessLedgerTests<OneProducer, OneWaitingConsumer>;

public sealed class FenceFallbackTests_ManyProducers_ManyConsumers : FenceFallbackTests<ManyProducers, ManyConsumers>;
public sealed class FenceFallbackTests_ManyProducers_OneConsumer : FenceFallbackTests<ManyProducers, OneConsumer>;
public sealed class FenceFallbackTests_ManyProducers_OneWaitingConsumer : FenceFallbackTests<ManyProducers, OneWaitingConsumer>;
public sealed class FenceFallbackTests_OneProducer_ManyConsumers : FenceFallbackTests<OneProducer, ManyConsumers>;
public sealed class FenceFallbackTests_OneProducer_OneConsumer : FenceFallbackTests<OneProducer, OneConsumer>;
public sealed class FenceFallbackTests_OneProducer_OneWaitingConsumer : FenceFallbackTests<OneProducer, OneWaitingConsumer>;

public sealed class QuietTests_ManyProducers_ManyConsumers(ITestOutputHelper output) : QuietTests<ManyProducers, ManyConsumers>(output);
public sealed class QuietTests_ManyProducers_OneConsumer(ITestOutputHelper output) : QuietTests<ManyProducers, OneConsumer>(output);
public sealed class QuietTests_ManyProducers_OneWaitingConsumer(
    ITestOutputHelper output) : QuietTests<ManyProducers, OneWaitingConsumer>(output);
public sealed class QuietTests_OneProducer_ManyConsumers(ITestOutputHelper output) : QuietTests<OneProducer, ManyConsumers>(output);
public sealed class QuietTests_OneProducer_OneConsumer(ITestOutputHelper output) : QuietTests<OneProducer, OneConsumer>(output);
public sealed class QuietTests_OneProducer_OneWaitingConsumer(
    ITestOutputHelper output) : QuietTests<OneProducer, OneWaitingConsumer>(output);

public sealed class SecondLookTests_ManyProducers_ManyConsumers : SecondLookTests<ManyProducers, ManyConsumers>;
public sealed class SecondLookTests_ManyProducers_OneConsumer : SecondLookTests<ManyProducers, OneConsumer>;
public sealed class SecondLookTests_ManyProducers_OneWaitingConsumer : SecondLookTests<ManyProducers, OneWaitingConsumer>;
public sealed class SecondLookTests_OneProducer_ManyConsumers : SecondLookTests<OneProducer, ManyConsumers>;
public sealed class SecondLookTests_OneProducer_OneConsumer : SecondLookTests<OneProducer, OneConsumer>;
public sealed class SecondLookTests_OneProducer_OneWaitingConsumer : SecondLookTests<OneProducer, OneWaitingConsumer>;

public sealed class AsyncProcessTests_ManyProducers_ManyConsumers : AsyncProcessTests<ManyProducers, ManyConsumers>;
public sealed class AsyncProcessTests_ManyProducers_OneConsumer : AsyncProcessTests<ManyProducers, OneConsumer>;
public sealed class AsyncProcessTests_ManyProducers_OneWaitingConsumer : AsyncProcessTests<ManyProducers, OneWaitingConsumer>;
public sealed class AsyncProcessTests_OneProducer_ManyConsumers : AsyncProcessTests<OneProducer, ManyConsumers>;
public sealed class AsyncProcessTests_OneProducer_OneConsumer : AsyncProcessTests<OneProducer, OneConsumer>;
public sealed class AsyncProcessTests_OneProducer_OneWaitingConsumer : AsyncProcessTests<OneProducer, OneWaitingConsumer>;

public sealed class SerializedTests_ManyProducers_ManyConsumers : SerializedTests<ManyProducers, ManyConsumers>;
public sealed class SerializedTests_ManyProducers_OneConsumer : SerializedTests<ManyProducers, OneConsumer>;
public sealed class SerializedTests_ManyProducers_OneWaitingConsumer : SerializedTests<ManyProducers, OneWaitingConsumer>;
public sealed class SerializedTests_OneProducer_ManyConsumers : SerializedTests<OneProducer, ManyConsumers>;
public sealed class SerializedTests_OneProducer_OneConsumer : SerializedTests<OneProducer, OneConsumer>;
public sealed class SerializedTests_OneProducer_OneWaitingConsumer : SerializedTests<OneProducer, OneWaitingConsumer>;

public sealed class ParkLengthTests_ManyProducers_ManyConsumers : ParkLengthTests<ManyProducers, ManyConsumers>;
public sealed class ParkLengthTests_ManyProducers_OneWaitingConsumer : ParkLengthTests<ManyProducers, OneWaitingConsumer>;
public sealed class ParkLengthTests_OneProducer_OneConsumer : ParkLengthTests<OneProducer, OneConsumer>;
