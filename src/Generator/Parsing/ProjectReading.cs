using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>
/// What was read of a project's messages, for as long as its declarations say the same: typing in a body reads nothing again.
/// </summary>
/// <remarks>
/// What a message looks like may depend on any declaration of the project: a new type elsewhere can be what the name of a field's type
/// means from now on. So nothing less than all declarations being equal carries a reading over (<see cref="Declarations.AreEqual"/>).
/// Models are strings and numbers, and compilations are the weak keys of tables: nothing is kept alive. If the compilation before is gone
/// already, its messages are read again.
/// </remarks>
internal sealed class ProjectReading
{
    private static readonly ConditionalWeakTable<Compilation, ProjectReading> s_readings = new();

    /// <summary>
    /// The compilation read last, by the options object that a project's compilations share from one keystroke to the next.
    /// </summary>
    private static readonly ConditionalWeakTable<CompilationOptions, WeakReference<Compilation>> s_latest = new();

    private readonly ConcurrentDictionary<string, MessageReading> _messages = new(StringComparer.Ordinal);

    /// <summary>The reading that holds for this compilation, empty if nothing of it was read.</summary>
    public static ProjectReading Of(Compilation compilation, CancellationToken cancellationToken)
    {
        if (s_readings.TryGetValue(compilation, out var reading))
            return reading;

        var latest = s_latest.GetValue(compilation.Options, static _ => new WeakReference<Compilation>(null!));
        if (!latest.TryGetTarget(out var before)
            || !s_readings.TryGetValue(before, out reading)
            || !Declarations.AreEqual(before, compilation, cancellationToken))
        {
            reading = new ProjectReading();
        }

        latest.SetTarget(compilation);

        // Another thread may have come first; both readings are right.
        return s_readings.GetValue(compilation, _ => reading);
    }

    /// <summary>The reading of the message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="attribute">Its attribute.</param>
    /// <param name="compilation">The project that declares it.</param>
    /// <param name="isFlawed">Whether something else is wrong with the queue of a message that is not refused.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public MessageReading Read(
        INamedTypeSymbol message,
        AttributeData attribute,
        Compilation compilation,
        Func<INamedTypeSymbol, QueueModel, CancellationToken, bool> isFlawed,
        CancellationToken cancellationToken)
    {
        var name = message.FullMetadataName();
        if (!_messages.TryGetValue(name, out var reading))
        {
            var model = MessageParser.Parse(message, attribute, compilation, new ProblemSink(report: null), cancellationToken);
            _messages[name] = reading = new MessageReading(name, model, model is null || isFlawed(message, model, cancellationToken));
        }

        return reading;
    }
}
