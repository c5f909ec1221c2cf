using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Diagnostics;

/// <summary>The rules about the use of emitted queues. A warning is a bug; an info is advice.</summary>
internal static class UsageRules
{
    public static readonly DiagnosticDescriptor NoEnqueueShift = Create("TSQ018", DiagnosticSeverity.Error,
        "The queue has no EnqueueShift",
        "'{0}' has no EnqueueShift, since '{1}' is declared with Overflow.Wait; " +
        "declare it with Overflow.Any, or use Enqueue or TryEnqueue");

    public static readonly DiagnosticDescriptor WriterNotDisposed = Create("TSQ020", DiagnosticSeverity.Warning,
        "A claimed slot is not released",
        "The SlotWriter claimed here is not disposed: if it is not committed, consumers wait behind its slot; put it in a using");

    public static readonly DiagnosticDescriptor WriterNotCommitted = Create("TSQ021", DiagnosticSeverity.Warning,
        "A claimed slot is never sent",
        "The SlotWriter claimed here is never committed, so nothing is sent; call Commit when the message is written");

    public static readonly DiagnosticDescriptor HandleNotDisposed = Create("TSQ022", DiagnosticSeverity.Warning,
        "A handle is neither disposed nor stored",
        "The handle that '{0}' returns is neither disposed nor stored: it stays attached, with its roles, until the process ends; {1}");

    public static readonly DiagnosticDescriptor ResultIgnored = Create("TSQ023", DiagnosticSeverity.Warning,
        "A result that must be checked is ignored",
        "The result of '{0}' is ignored: {1}");

    public static readonly DiagnosticDescriptor QueueConstructed = Create("TSQ024", DiagnosticSeverity.Error,
        "A queue has no constructor",
        "'{0}' cannot be constructed: open a queue with OpenOrCreate, Create or Open");

    public static readonly DiagnosticDescriptor DefaultWriter = Create("TSQ025", DiagnosticSeverity.Warning,
        "A SlotWriter without a slot",
        "This SlotWriter has no slot, so each of its members throws; claim one with TryClaim");

    public static readonly DiagnosticDescriptor RoleInParallel = Create("TSQ026", DiagnosticSeverity.Warning,
        "A role for one is used by several threads",
        "'{0}' is called by several threads at once, but '{1}' is declared with {2} = Endpoints.One; call it from one thread, or " +
            "declare Endpoints.Many");

    public static readonly DiagnosticDescriptor Polling = Create("TSQ027", DiagnosticSeverity.Info,
        "A loop polls the queue",
        "This loop calls '{0}' until it succeeds; '{1}' waits without using the CPU");

    public static readonly DiagnosticDescriptor CheckThenDequeue = Create("TSQ028", DiagnosticSeverity.Info,
        "A message that was seen may be gone",
        "Between '{0}' and Dequeue another consumer may take the message, and then Dequeue waits; use TryDequeue");

    public static readonly DiagnosticDescriptor EmptyBatch = Create("TSQ030", DiagnosticSeverity.Warning,
        "A default message is taken for an empty batch",
        "'{0}' sends nothing: '{1}' is taken for an empty batch here, and not for a message; say which message, as in default({2})");

    public static readonly DiagnosticDescriptor EmittedAlready = Create("TSQ031", DiagnosticSeverity.Error,
        "A part of the queue clashes with what is emitted",
        "'{0}' cannot be here: {1}");

    public static readonly DiagnosticDescriptor InvalidConstant = Create("TSQ035", DiagnosticSeverity.Warning,
        "A constant is not a valid name or option",
        "{0} is refused with an ArgumentException: {1}");

    public static readonly DiagnosticDescriptor ReaderNotReleased = Create("TSQ036", DiagnosticSeverity.Warning,
        "Messages that were read in place are not released",
        "The messages read here are never released: they stay the next ones, and producers may have overwritten them; call Release, and " +
            "look at its result");

    public static readonly DiagnosticDescriptor LargeByValue = Create("TSQ037", DiagnosticSeverity.Info,
        "A large message is copied by value",
        "'{0}' takes {1} bytes, and {2}; {3}");

    private static DiagnosticDescriptor Create(string id, DiagnosticSeverity severity, string title, string message) =>
        new(id, title, message, Rules.Category, severity, isEnabledByDefault: true, helpLinkUri: HelpLink.Of(id));
}
