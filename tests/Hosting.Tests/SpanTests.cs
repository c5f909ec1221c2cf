using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace TypedShmQueue.Hosting.Tests;

/// <summary>The spans of handlers, through the OpenTelemetry SDK and an exporter of ours.</summary>
public sealed class SpanTests : HostingTests
{
    [Fact]
    public void Each_call_of_a_handler_is_a_span_with_what_the_handler_does_inside()
    {
        using Collector collector = new();
        ConcurrentQueue<string?> inside = new();
        TestHost host = WithJobs();
        host.Received.Then = (_, _) =>
        {
            inside.Enqueue(Activity.Current?.OperationName);
            return Task.CompletedTask;
        };
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>();
        host.Start();
        Send(Jobs(), 3);
        IReadOnlyList<Activity> spans = collector.WaitFor(3, Name);
        inside.ShouldAllBe(name => name == $"process {Name}");
        foreach (Activity span in spans)
        {
            span.Source.Name.ShouldBe(ShmQueueTelemetry.ActivitySourceName);
            span.DisplayName.ShouldBe($"process {Name}");
            span.Kind.ShouldBe(ActivityKind.Consumer);
            span.Status.ShouldBe(ActivityStatusCode.Unset);
            Tags(span).ShouldBe(new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["messaging.system"] = "typedshmqueue",
                ["messaging.destination.name"] = Name,
                ["messaging.typedshmqueue.directory"] = Folder.Location,
                ["messaging.operation.name"] = "process",
                ["messaging.operation.type"] = "process",
            }, ignoreOrder: true);
        }
    }

    [Fact]
    public void Span_does_not_belong_to_the_activity_in_which_the_host_was_started()
    {
        using Collector collector = new();
        AsyncLocal<string> local = new();
        ConcurrentQueue<string?> inside = new();
        TestHost host = WithJobs();
        host.Received.Then = (_, _) =>
        {
            inside.Enqueue(local.Value);
            return Task.CompletedTask;
        };
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.Parallelism = 2);
        using (Activity start = new Activity("start of the host").Start())
        {
            local.Value = "of the starter";
            host.Start();
        }

        Send(Jobs(), 3);
        IReadOnlyList<Activity> spans = collector.WaitFor(3, Name);
        spans.ShouldAllBe(span => span.ParentId == null);
        spans.Select(span => span.TraceId).Distinct().Count().ShouldBe(3);
        inside.ShouldAllBe(value => value == null);
    }

    [Fact]
    public void Handler_that_throws_is_an_error_of_its_span()
    {
        using Collector collector = new();
        TestHost host = WithJobs();
        host.Received.Then = static (_, _) => throw new InvalidDataException("It cannot be done.");
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>(options => options.OnError = ShmQueueErrorPolicy.Skip);
        host.Start();
        Send(Jobs(), 1);
        Activity span = collector.WaitFor(1, Name)[0];
        span.Status.ShouldBe(ActivityStatusCode.Error);
        span.StatusDescription.ShouldBe("It cannot be done.");
        span.GetTagItem("error.type").ShouldBe("System.IO.InvalidDataException");
        span.Events.ShouldHaveSingleItem().Name.ShouldBe("exception");
    }

    [Fact]
    public void Member_of_a_group_says_its_name_and_workers_have_none()
    {
        using Collector collector = new();
        TestHost host = WithDuties();
        host.Services.AddShmQueueHandler<DutyQueue, Duty, DutyHandler>();
        string ticks = ShmQueueName.NewUnique();
        host.Services.AddShmQueue<TickQueue>(ticks, Here)
            .AddShmGroupHandler<TickQueue, Tick, TickHandler>(options => options.Group = "billing");
        host.Start();
        Send(Duties(), 1);
        host.Provider.GetRequiredService<TickQueue>().Enqueue(new Tick());
        collector.WaitFor(1, Name)[0].GetTagItem("messaging.consumer.group.name").ShouldBeNull();
        Activity span = collector.WaitFor(1, ticks)[0];
        span.GetTagItem("messaging.consumer.group.name").ShouldBe("billing");
        span.GetTagItem("messaging.destination.subscription.name").ShouldBeNull();
    }

    [Fact]
    public void Batch_says_how_many_and_subscription_says_its_name()
    {
        using Collector collector = new();
        TestHost host = WithJobs();
        host.Services.AddShmQueueHandler<JobQueue, Job, JobBatchHandler>();
        string ticks = ShmQueueName.NewUnique();
        host.Services.AddShmQueue<TickQueue>(ticks, Here)
            .AddShmSubscriptionHandler<TickQueue, Tick, TickHandler>(options => options.Subscription = "billing");
        Send(Jobs(), 5);
        host.Start();
        host.Provider.GetRequiredService<TickQueue>().Enqueue(new Tick());
        collector.WaitFor(1, Name)[0].GetTagItem("messaging.batch.message_count").ShouldBe(5);
        collector.WaitFor(1, ticks)[0].GetTagItem("messaging.destination.subscription.name").ShouldBe("billing");
    }

    [Fact]
    public void Nobody_who_listens_no_span()
    {
        TestHost host = WithJobs();
        Activity? inside = null;
        host.Received.Then = (_, _) =>
        {
            inside = Activity.Current;
            return Task.CompletedTask;
        };
        host.Services.AddShmQueueHandler<JobQueue, Job, JobHandler>();
        host.Start();
        Send(Jobs(), 1);
        host.Received.WaitFor(1);
        host.Stop();
        inside.ShouldBeNull();
    }

    private static Dictionary<string, object?> Tags(Activity span) =>
        span.TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);

    private sealed class Collector : IDisposable
    {
        private readonly Exporter _exporter = new();
        private readonly TracerProvider _provider;

        public Collector() =>
            _provider = Sdk.CreateTracerProviderBuilder().AddSource(ShmQueueTelemetry.ActivitySourceName)
                .AddProcessor(new SimpleActivityExportProcessor(_exporter)).Build();

        /// <summary>So many spans of that queue.</summary>
        public IReadOnlyList<Activity> WaitFor(int count, string queue)
        {
            Worker.WaitUntil(() => Of(queue).Count >= count, "spans");
            return Of(queue);
        }

        public void Dispose() => _provider.Dispose();

        private IReadOnlyList<Activity> Of(string queue) =>
            [.. _exporter.Spans.Where(span =>
                string.Equals((string?)span.GetTagItem("messaging.destination.name"), queue, StringComparison.Ordinal))];

        private sealed class Exporter : BaseExporter<Activity>
        {
            public ConcurrentQueue<Activity> Spans { get; } = new();

            public override ExportResult Export(in Batch<Activity> batch)
            {
                foreach (Activity span in batch) Spans.Enqueue(span);
                return ExportResult.Success;
            }
        }
    }
}
