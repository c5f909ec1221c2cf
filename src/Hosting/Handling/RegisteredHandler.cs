using System.Text;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>That a handler was registered for a queue. Logs and sections of the configuration call it by its type.</summary>
/// <param name="Queue">The name of the queue's registration.</param>
/// <param name="Type">The handler's type.</param>
internal sealed record RegisteredHandler(string Queue, Type Type)
{
    /// <summary>
    /// The type's name without namespaces, with type arguments if it has some: <c>TradeHandler</c>, <c>AuditHandler&lt;Trade&gt;</c>.
    /// </summary>
    public string ShortName { get; } = NameOf(Type, full: false);

    /// <summary>The type's name with namespaces and the types that it is nested in: <c>Shop.Billing.TradeHandler</c>.</summary>
    public string FullName { get; } = NameOf(Type, full: true);

    private static string NameOf(Type type, bool full)
    {
        StringBuilder name = new();
        if (full && type.DeclaringType is { } outer) name.Append(NameOf(outer, full)).Append('.');
        else if (full && type.Namespace is { } space) name.Append(space).Append('.');
        int arity = type.Name.IndexOf('`', StringComparison.Ordinal);
        name.Append(arity < 0 ? type.Name : type.Name[..arity]);
        if (type.GenericTypeArguments.Length > 0)
            name.Append('<').AppendJoin(',', type.GenericTypeArguments.Select(argument => NameOf(argument, full))).Append('>');
        return name.ToString();
    }
}
