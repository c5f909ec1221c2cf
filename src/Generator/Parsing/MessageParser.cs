using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Layout;
using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Turns a marked type into the model of its queue. Generator and analyzer share it, so they never disagree.</summary>
internal static class MessageParser
{
    /// <summary>
    /// The most bytes of a message. The runtime cannot place fields much further than this, and a stack cannot hold them.
    /// </summary>
    public const long MaxMessageBytes = 64L << 20;

    /// <summary>The model, or null if the message is refused; the reasons go to <paramref name="problems"/>.</summary>
    public static QueueModel? Parse(
        INamedTypeSymbol message, AttributeData attribute, Compilation compilation, ProblemSink problems,
        CancellationToken cancellationToken)
    {
        var settings = QueueSettings.Read(message, attribute, problems, cancellationToken);
        if (Placement.WhyUnreachable(message, cancellationToken) is { } reason)
            problems.Add(Rules.NotReachable, message.Locations.FirstOrDefault(), message.Name, reason);
        else if (NameClash.Find(message, settings.QueueName, cancellationToken) is { } clash)
            problems.Add(Rules.NameClash, QueueSettings.PlaceOf(attribute, "QueueName", cancellationToken), message.Name,
                settings.QueueName, clash);
        else if (settings.Broadcasts && NameClash.FindForSubscription(message, settings.QueueName, cancellationToken) is { } second)
            problems.Add(Rules.SubscriptionNameClash, QueueSettings.PlaceOf(attribute, "Delivery", cancellationToken), message.Name,
                QueueSettings.SubscriptionNameOf(message), second, "subscription");
        else if (settings.Acknowledges
            && NameClash.FindForPart(message, QueueSettings.LeaseNameOf(message), settings.QueueName, TypeKind.Struct,
                cancellationToken) is { } third)
            problems.Add(Rules.SubscriptionNameClash, QueueSettings.PlaceOf(attribute, "Delivery", cancellationToken), message.Name,
                QueueSettings.LeaseNameOf(message), third, "lease");

        var serialized = SerializedMessage.Find(message, attribute, problems, cancellationToken);
        var version = ((CSharpCompilation)compilation).LanguageVersion;

        // A serializer implements static abstract members.
        var needed = serialized is null ? LanguageVersion.CSharp9 : LanguageVersion.CSharp11;
        if (version < needed)
            problems.Add(Rules.LanguageTooOld, message.Locations.FirstOrDefault(), message.Name, version.ToDisplayString(),
                needed.ToDisplayString());
        var aliases = new ExternAliases(compilation);
        var serializer = serialized?.ReadSerializer(compilation, aliases, problems, cancellationToken);
        var layout = serialized is null
            ? ReadLayout(message, compilation, problems, cancellationToken)
            : serialized.ReadLayout(problems, cancellationToken);
        if (layout is null || serialized is not null && serializer is null || problems.HasAny)
            return null;

        // Where a broadcast message's project has types of these names already, its queue has no groups.
        var hasGroups = settings.Broadcasts
            && NameClash.FindForPart(message, QueueSettings.LeaseNameOf(message), settings.QueueName, TypeKind.Struct,
                cancellationToken) is null
            && NameClash.FindForPart(message, QueueSettings.GroupNameOf(message), settings.QueueName, TypeKind.Class,
                cancellationToken) is null;
        var runtimeAlias = aliases.Of(attribute.AttributeClass?.ContainingAssembly);
        var space = SymbolNames.NamespaceCode(message);
        var containers = Placement.Containers(message);
        return new QueueModel(
            MetadataName: message.FullMetadataName(),
            Namespace: space,
            Containers: containers,
            MessageName: message.Name,
            MessageType: "global::" + string.Join(".", Segments(space, containers, SymbolNames.Escape(message.Name))),
            QueueName: SymbolNames.EscapeDeclared(settings.QueueName),
            SubscriptionName: settings.Broadcasts ? SymbolNames.Escape(QueueSettings.SubscriptionNameOf(message)) : null,
            LeaseName: settings.Acknowledges || hasGroups ? SymbolNames.Escape(QueueSettings.LeaseNameOf(message)) : null,
            GroupName: hasGroups ? SymbolNames.Escape(QueueSettings.GroupNameOf(message)) : null,
            Accessibility: Placement.Accessibility(message),
            Capacity: settings.Capacity,
            OneProducer: settings.OneProducer,
            Consumers: RoleOf(settings),
            Displaces: settings.Displaces,
            Layout: layout,
            Serializer: serializer,
            Summary: SummaryText.Read(message, cancellationToken),
            Marks: Marks.Of(message, settings.QueueName),
            SubscriptionMarks: settings.Broadcasts ? Marks.Of(message, QueueSettings.SubscriptionNameOf(message)) : default,
            LeaseMarks: settings.Acknowledges || hasGroups ? Marks.Of(message, QueueSettings.LeaseNameOf(message)) : default,
            GroupMarks: hasGroups ? Marks.Of(message, QueueSettings.GroupNameOf(message)) : default,
            Form: version >= LanguageVersion.CSharp11 ? EmittedForm.Current : EmittedForm.Classic,
            RuntimeAlias: runtimeAlias,
            Aliases: new EquatableArray<string>(aliases.Used));
    }

    private static ConsumerRole RoleOf(QueueSettings settings) => settings switch
    {
        { Broadcasts: true } => ConsumerRole.Subscribers,
        { Acknowledges: true } => ConsumerRole.Workers,
        { OneConsumer: false } => ConsumerRole.Many,
        { Displaces: true } => ConsumerRole.One,
        _ => ConsumerRole.OneWaiting,
    };

    /// <summary>The layout alone; null if it cannot be known.</summary>
    public static MessageLayout? ReadLayout(
        INamedTypeSymbol message, Compilation compilation, ProblemSink problems,
        CancellationToken cancellationToken)
    {
        var place = message.Locations.FirstOrDefault();
        if (message.TypeKind != TypeKind.Struct)
        {
            problems.Add(Rules.NotUnmanaged, place, message.Name, message.Name, message.ToDisplayString(),
                message.TypeKind == TypeKind.Interface
                    ? "is an interface and no serializer is known for it; mark it as a MemoryPack union or set Serializer, and set " +
                        "MaxMessageBytes"
                    : "is a class and no serializer is known for it; make it a struct of unmanaged fields, or set Serializer and " +
                        "MaxMessageBytes");
            return null;
        }

        if (new TypeLayoutReader(message, compilation, problems, cancellationToken).Read() is not { } type)
            return null;

        if (!type.HasLeaves)
        {
            problems.Add(Rules.EmptyMessage, place, message.Name);
            return null;
        }

        if (type.Size > MaxMessageBytes)
        {
            var reason = FormattableString.Invariant($"takes {type.Size} bytes, but at most {MaxMessageBytes} are allowed");
            problems.Add(Rules.MessageTooLarge, place, message.Name, reason);
            return null;
        }

        if (SchemaFlattener.TryFlatten(type) is not { } fields || SchemaText.TryWrite(message.Name, type.Size, fields) is not { } schema)
        {
            var reason =
                FormattableString.Invariant($"has so many fields that describing them takes more than {SchemaText.MaxBytes} bytes");
            problems.Add(Rules.MessageTooLarge, place, message.Name, reason);
            return null;
        }

        return new MessageLayout((int)type.Size, schema, SchemaText.Hash(schema));
    }

    private static IEnumerable<string> Segments(string? space, EquatableArray<ContainerModel> containers, string message) =>
        [.. space is null ? Array.Empty<string>() : [space], .. containers.Select(static container => container.Name), message];
}
