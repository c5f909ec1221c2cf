using System.Reflection;
using System.Reflection.Emit;

namespace TypedShmQueue.Generator.Integration.Support;

/// <summary>Asks the runtime itself for sizes and offsets, by the instructions the JIT compiles: <c>sizeof</c> and <c>ldflda</c>.</summary>
internal sealed class RuntimeLayout
{
    private readonly Dictionary<Type, int> _sizes = [];
    private readonly Dictionary<FieldInfo, int> _offsets = [];

    public int SizeOf(Type type)
    {
        if (!_sizes.TryGetValue(type, out var size))
            _sizes[type] = size = AskSize(type);
        return size;
    }

    /// <summary>The address of the field less the address of the struct.</summary>
    public int OffsetOf(FieldInfo field)
    {
        if (!_offsets.TryGetValue(field, out var offset))
            _offsets[field] = offset = AskOffset(field);
        return offset;
    }

    private static int AskSize(Type type)
    {
        var method = new DynamicMethod("SizeOf", typeof(int), Type.EmptyTypes, typeof(RuntimeLayout).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Sizeof, type);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }

    private static int AskOffset(FieldInfo field)
    {
        var method = new DynamicMethod("OffsetOf", typeof(int), Type.EmptyTypes, typeof(RuntimeLayout).Module, skipVisibility: true);
        var code = method.GetILGenerator();
        var local = code.DeclareLocal(field.DeclaringType!);
        code.Emit(OpCodes.Ldloca, local);
        code.Emit(OpCodes.Ldflda, field);
        code.Emit(OpCodes.Conv_U);
        code.Emit(OpCodes.Ldloca, local);
        code.Emit(OpCodes.Conv_U);
        code.Emit(OpCodes.Sub);
        code.Emit(OpCodes.Conv_I4);
        code.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<int>>()();
    }
}
