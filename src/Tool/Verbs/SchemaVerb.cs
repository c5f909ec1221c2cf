using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Spectre.Console;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Verbs;

/// <summary>What the queue's messages are made of.</summary>
internal sealed class SchemaVerb : Verb
{
    private enum Form
    {
        Pretty,
        Json,
        Text,
        CSharp,
        C,
    }

    private readonly Option<Form> _as =
        new("--as") { Description = "The form: for people, for programs, as the queue stores it, or as a declaration.",
        DefaultValueFactory = static _ => Form.Pretty, CustomParser = Parse };

    public SchemaVerb() : base("schema", "Show the fields of the messages, or print a declaration in C# or C.",
        "shmq schema trades",
        "shmq schema trades --as csharp > Trade.cs",
        "shmq schema trades --as c > trade.h")
    {
        Arguments.Add(CommonOptions.Queue);
        Options.Add(_as);
    }

    private static Form Parse(ArgumentResult result)
    {
        string asked = result.Tokens[0].Value;
        foreach (Form form in Enum.GetValues<Form>())
        {
            if (string.Equals(form.ToString(), asked, StringComparison.OrdinalIgnoreCase)) return form;
        }

        result.AddError($"--as takes pretty, json, text, csharp or c, not '{asked}'.");
        return Form.Pretty;
    }

    protected override int Run(Call call)
    {
        using SegmentReader queue = call.Open();
        ShmSchema schema = MessageFormat.SchemaOf(queue);
        switch (call.Json ? Form.Json : call.Get(_as))
        {
            case Form.Json:
                call.Screen.Document(new
                {
                    schema.Name,
                    Bytes = schema.Size,
                    Id = $"0x{queue.SchemaId:x16}",
                    schema.Serializer,
                    Fields = schema.Fields.Select(static f => new
                    {
                        f.Path, f.Offset, Bytes = f.Size, f.Type, Elements = f.IsArray ? f.ElementCount : (int?)null,
                        Names = f.EnumMembers?.Select(static m => new { m.Name, m.Value }),
                    }),
                });
                break;
            case Form.Text:
                call.Screen.Lines(Encoding.UTF8.GetString(queue.SchemaText));
                break;
            case Form.CSharp:
                call.Screen.Lines(CSharpDeclaration.Of(MessageFormat.Of(queue), queue.Roles, queue.Geometry));
                break;
            case Form.C:
                call.Screen.Lines(CDeclaration.Of(MessageFormat.Of(queue)));
                break;
            default:
                Show(call.Screen, queue, schema);
                break;
        }

        return ExitCode.Done;
    }

    private static void Show(Screen screen, SegmentReader queue, ShmSchema schema)
    {
        screen.Say($"{schema.Name}, {Numbers.Count(schema.Size, "byte", "bytes")}, id 0x{queue.SchemaId:x16}");
        Table table = Screen.NewTable(">OFFSET", ">BYTES", "TYPE", "FIELD");
        foreach (ShmSchemaField field in schema.Fields)
            table.AddRow(Screen.Cell($"{field.Offset}"), Screen.Cell($"{field.Size}"), Screen.Cell(TypeOf(field)),
                Screen.Cell(field.Path, Styles.Name));
        screen.Write(table);
    }

    // The third word of its line, which may hold the names of an enum.
    private static string TypeOf(ShmSchemaField field) => field.ToString().Split(' ')[2];
}
