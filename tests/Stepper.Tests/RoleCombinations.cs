using Xunit.Abstractions;

namespace TypedShmQueue.Stepper.Tests;

public sealed class RepertoireTests_ManyProducers_ManyConsumers(
    ITestOutputHelper output) : RepertoireTests<ManyProducers, ManyConsumers>(output);
public sealed class RepertoireTests_ManyProducers_OneConsumer(
    ITestOutputHelper output) : RepertoireTests<ManyProducers, OneConsumer>(output);
public sealed class RepertoireTests_ManyProducers_OneWaitingConsumer(
    ITestOutputHelper output) : RepertoireTests<ManyProducers, OneWaitingConsumer>(output);
public sealed class RepertoireTests_OneProducer_ManyConsumers(
    ITestOutputHelper output) : RepertoireTests<OneProducer, ManyConsumers>(output);
public sealed class RepertoireTests_OneProducer_OneConsumer(ITestOutputHelper output) : RepertoireTests<OneProducer, OneConsumer>(output);
public sealed class RepertoireTests_OneProducer_OneWaitingConsumer(
    ITestOutputHelper output) : RepertoireTests<OneProducer, OneWaitingConsumer>(output);
