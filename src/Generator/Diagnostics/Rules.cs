using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Diagnostics;

/// <summary>Every rule. Each has a page under docs/diagnostics that says why it exists and what to do.</summary>
internal static class Rules
{
    internal const string Category = "TypedShmQueue";

    public static readonly DiagnosticDescriptor NotUnmanaged = Error("TSQ001", "The message is not unmanaged",
        "'{0}' cannot be a message: '{1}' is of type '{2}', which {3}");

    public static readonly DiagnosticDescriptor AddressField = Error("TSQ002", "The message holds an address",
        "'{0}' cannot be a message: '{1}' is of type '{2}', which has no meaning in another process; {3}");

    public static readonly DiagnosticDescriptor LayoutNotFixed = Error("TSQ003", "The layout is not fixed by the source",
        "'{0}' cannot be a message: the layout of '{1}' is not fixed by its declaration: {2}");

    public static readonly DiagnosticDescriptor UnknownFrameworkType = Error("TSQ004", "The layout of a type is not known",
        "'{0}' cannot be a message: '{1}' is of type '{2}', whose layout is not known at compile time; {3}");

    public static readonly DiagnosticDescriptor EmptyMessage = Error("TSQ005", "The message is empty",
        "'{0}' cannot be a message: it has no instance field");

    public static readonly DiagnosticDescriptor NotReachable = Error("TSQ006", "The queue cannot be emitted beside the message",
        "'{0}' cannot be a message: {1}");

    public static readonly DiagnosticDescriptor InvalidCapacity = Error("TSQ007", "The capacity is not a power of two",
        "The capacity of '{0}' is {1}; it must be a power of two from 2 to 1073741824{2}");

    public static readonly DiagnosticDescriptor NameClash = Error("TSQ008", "The name of the emitted queue is taken",
        "The queue of '{0}' cannot be named '{1}': {2}; set QueueName to another name");

    public static readonly DiagnosticDescriptor InvalidQueueName = Error("TSQ009", "The queue name is not an identifier",
        "The queue of '{0}' cannot be named '{1}': that is not a C# identifier");

    public static readonly DiagnosticDescriptor BroadcastToOne = Error("TSQ010", "A broadcast queue has many consumers",
        "'{0}' asks for Delivery.{1} and Consumers = Endpoints.One; {2}: leave Consumers out, or use Delivery.Queue");

    public static readonly DiagnosticDescriptor MessageTooLarge = Error("TSQ011", "The message is too large",
        "'{0}' cannot be a message: it {1}; send large data in pieces, or send a reference to where it is");

    public static readonly DiagnosticDescriptor NoMaxMessageBytes = Error("TSQ012", "The size of a serialized message is not given",
        "'{0}' is serialized, so its slots need a size: set MaxMessageBytes to the most bytes that one message may take");

    public static readonly DiagnosticDescriptor UnfitSerializer = Error("TSQ013", "The serializer does not fit the message",
        "'{0}' cannot be serialized by '{1}': {2}");

    public static readonly DiagnosticDescriptor InvalidMaxMessageBytes = Error("TSQ014", "MaxMessageBytes is out of range",
        "MaxMessageBytes of '{0}' is {1}; it must be from 1 to {2}");

    public static readonly DiagnosticDescriptor NeedlessMaxMessageBytes = Error("TSQ015", "MaxMessageBytes without a serializer",
        "'{0}' is copied byte by byte, so MaxMessageBytes has no effect; remove it, or set Serializer if it is to be serialized");

    public static readonly DiagnosticDescriptor ImplicitPadding = new("TSQ017", "Padding wastes over a quarter of the slot",
        "{0} of the {1} bytes of '{2}' are padding; with its fields in the order {3} it takes {4} bytes",
        Category, DiagnosticSeverity.Info, isEnabledByDefault: true, helpLinkUri: HelpLink.Of("TSQ017"));

    public static readonly DiagnosticDescriptor SubscriptionNameClash = Error("TSQ019",
        "The name of the emitted subscription or lease is taken",
        "The {3} of '{0}' cannot be named '{1}': {2}; rename one of the two");

    public static readonly DiagnosticDescriptor LanguageTooOld = Error("TSQ029", "The language version is too old",
        "No queue is emitted for '{0}': this project is compiled as C# {1}, and the emitted code needs C# {2}; remove LangVersion, or " +
            "set it to {2} or more");

    public static readonly DiagnosticDescriptor TwinFields = Error("TSQ034", "Two fields have one name in the schema",
        "'{0}' cannot be a message: two fields of '{1}' are called '{2}' in the schema, so tools cannot tell them apart; rename one");

    public static readonly DiagnosticDescriptor UnknownSetting = Error("TSQ032", "A setting has a value that does not exist",
        "'{0}' sets {1} to {2}, which is not a defined value; use {3}");

    private static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink.Of(id));
}
