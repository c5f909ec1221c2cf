using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>The message's own summary, for the documentation of its queue: text, with names and code kept as code.</summary>
/// <remarks>References are flattened, since what they name may not be in reach of the emitted file.</remarks>
internal static class SummaryText
{
    /// <summary>One line of XML content; null if there is no summary, or it is not well-formed.</summary>
    public static string? Read(INamedTypeSymbol message, CancellationToken cancellationToken)
    {
        if (message.GetDocumentationCommentXml(cancellationToken: cancellationToken) is not { Length: > 0 } xml)
            return null;

        try
        {
            var text = new StringBuilder();
            Append(text, XElement.Parse(xml).Element("summary"));
            var words = text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            return words.Length == 0 ? null : string.Join(" ", words);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static void Append(StringBuilder text, XElement? element)
    {
        foreach (var node in element?.Nodes() ?? [])
        {
            if (node is XText words)
                text.Append(new XText(words.Value));
            else if (node is XElement { IsEmpty: true } reference)
                AppendCode(text, NameIn(reference));
            else if (node is XElement { Name.LocalName: "c" or "code" } code)
                AppendCode(text, code.Value);
            else if (node is XElement inner)
                Append(text.Append(' '), inner);
        }
    }

    private static void AppendCode(StringBuilder text, string code)
    {
        if (code.Length > 0)
            text.Append(new XElement("c", code));
    }

    /// <summary>The last part of what a reference names: <c>M:Demo.Trade.Price(System.Int32)</c> is <c>Price</c>.</summary>
    private static string NameIn(XElement reference)
    {
        var name = (reference.Attribute("cref") ?? reference.Attribute("langword") ?? reference.Attribute("name"))?.Value ?? "";
        var end = name.IndexOfAny(['(', '`', '{']);
        name = end > 0 ? name.Substring(0, end) : name;
        return name.Substring(name.LastIndexOfAny(['.', ':']) + 1);
    }
}
