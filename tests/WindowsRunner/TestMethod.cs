using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace TypedShmQueue.WindowsRunner;

/// <summary>A test as xunit declares it, run without xunit's own runner.</summary>
/// <remarks>
/// xunit calls tests by reflection. Under Wine 8, an exception that leaves a method called so ends the process, since it crosses a frame of
/// native code; and so does the collection of a method that was made at run time. So a test is called by a delegate of its own type.
/// </remarks>
internal sealed class TestMethod
{
    private readonly Type _class;
    private readonly MethodInfo _method;
    private readonly bool _isTheory;

    private TestMethod(Type type, MethodInfo method, FactAttribute? fact, string? skip)
    {
        _class = type;
        _method = method;
        _isTheory = fact is TheoryAttribute;
        Skip = skip ?? fact?.Skip;
        Name = $"{NameOf(type)}.{method.Name}";
    }

    /// <summary>Class and method, without the namespaces.</summary>
    public string Name { get; }

    /// <summary>Why it is not run; null if it is.</summary>
    public string? Skip { get; }

    public static IEnumerable<TestMethod> Of(Assembly assembly)
    {
        foreach (Type type in assembly.GetTypes())
        {
            if (!type.IsClass || type.IsAbstract || type.ContainsGenericParameters || !type.IsVisible) continue;
            foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            {
                if (method.GetCustomAttributesData().FirstOrDefault(static a => typeof(FactAttribute).IsAssignableFrom(a.AttributeType))
                    is not { } declared) continue;
                // Not made: some try out in their constructors what Windows does not have.
                if (Skips.ReasonOfAttribute(declared.AttributeType.Name) is { } reason)
                    yield return new TestMethod(type, method, fact: null, reason);
                else yield return new TestMethod(type, method, method.GetCustomAttribute<FactAttribute>(), skip: null);
            }
        }
    }

    /// <summary>The arguments of each run.</summary>
    public IEnumerable<object?[]> Rows() => _isTheory
        ? _method.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(_method))
        : [[]];

    /// <summary>Makes the class, runs the test, and disposes the class.</summary>
    public void Run(ITestOutputHelper output, object?[] row)
    {
        object instance = Make(output);
        try
        {
            Call(instance, row);
        }
        finally
        {
            (instance as IDisposable)?.Dispose();
        }
    }

    private unsafe object Make(ITestOutputHelper output)
    {
        ConstructorInfo constructor = _class.GetConstructors().Single();
        object instance = RuntimeHelpers.GetUninitializedObject(_class);
        nint code = constructor.MethodHandle.GetFunctionPointer();
        if (constructor.GetParameters().Length == 0) ((delegate* managed<object, void>)code)(instance);
        else ((delegate* managed<object, ITestOutputHelper, void>)code)(instance, output);
        return instance;
    }

    private void Call(object instance, object?[] row)
    {
        ParameterInfo[] parameters = _method.GetParameters();
        // The last of them may stand for all that a row has left.
        if (parameters is [.., var last] && last.IsDefined(typeof(ParamArrayAttribute), inherit: false) && row is [.., not string[]])
            row = [.. row.Take(parameters.Length - 1), row.Skip(parameters.Length - 1).Cast<string>().ToArray()];
        object?[] arguments = [.. parameters.Select((p, i) => i < row.Length ? As(row[i], p.ParameterType) : p.DefaultValue)];
        bool isAsync = _method.ReturnType != typeof(void);
        Type[] types = [.. parameters.Select(static p => p.ParameterType), .. isAsync ? [_method.ReturnType] : Type.EmptyTypes];
        object? target = _method.IsStatic ? null : instance;
        if (types.Length == 0)
        {
            _method.CreateDelegate<Action>(target)();
            return;
        }

        Type caller = (isAsync, types.Length) switch
        {
            (false, 1) => typeof(Caller<>),
            (false, 2) => typeof(Caller<,>),
            (false, 3) => typeof(Caller<,,>),
            (false, 4) => typeof(Caller<,,,>),
            (true, 1) => typeof(AsyncCaller<>),
            (true, 2) => typeof(AsyncCaller<,>),
            (true, 3) => typeof(AsyncCaller<,,>),
            _ => throw new NotSupportedException($"{Name} has more parameters than anybody thought of."),
        };
        ((ICaller)Activator.CreateInstance(caller.MakeGenericType(types))!).Call(_method, target, arguments);
    }

    /// <summary>A number is written in a row as what it is first of all, and not as what the test takes.</summary>
    private static object? As(object? value, Type type) =>
        value is IConvertible && value.GetType() != type && type.IsPrimitive ? Convert.ChangeType(value, type, null) : value;

    private static string NameOf(Type type) => type.DeclaringType == null ? type.Name : $"{NameOf(type.DeclaringType)}.{type.Name}";
}

/// <summary>What a test says.</summary>
internal sealed class TestOutput : ITestOutputHelper
{
    private readonly StringBuilder _text = new();

    public void WriteLine(string message)
    {
        lock (_text) _text.AppendLine(message);
    }

    public void WriteLine(string format, params object[] args) => WriteLine(string.Format(null, format, args));

    public override string ToString()
    {
        lock (_text) return _text.ToString();
    }
}
