using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace PhoneBridge.Architecture.Tests;

/// <summary>What a built assembly refers to, read from its metadata and method bodies without loading it.</summary>
internal sealed class AssemblyReader : IDisposable
{
    private static readonly Dictionary<ushort, OperandType> Operands = typeof(OpCodes).GetFields()
        .Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(code => unchecked((ushort)code.Value), code => code.OperandType);

    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    private AssemblyReader(PEReader file)
    {
        _file = file;
        _metadata = file.GetMetadataReader();
    }

    /// <summary>Names of the referenced assemblies.</summary>
    public IEnumerable<string> References =>
        _metadata.AssemblyReferences.Select(handle => _metadata.GetString(_metadata.GetAssemblyReference(handle).Name));

    public static AssemblyReader Open(string project, bool isPath = false)
    {
        string path = isPath ? project : Path.Combine(AppContext.BaseDirectory, $"PhoneBridge.{project}.dll");
        return new AssemblyReader(new PEReader(ImmutableArray.Create(File.ReadAllBytes(path))));
    }

    /// <summary>Our outermost types that have a field of, or a method body that names, an outside type whose full name fits.</summary>
    public IEnumerable<string> UsersOf(Func<string, bool> isWanted)
    {
        foreach (TypeDefinitionHandle handle in _metadata.TypeDefinitions)
        {
            TypeDefinition type = _metadata.GetTypeDefinition(handle);
            IEnumerable<string> used = type.GetMethods().SelectMany(TypesInBody).Concat(type.GetFields().SelectMany(TypesOfField));
            if (used.Any(isWanted))
            {
                yield return OutermostName(handle);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private string OutermostName(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
        {
            type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        return $"{_metadata.GetString(type.Namespace)}.{_metadata.GetString(type.Name)}";
    }

    private IEnumerable<string> TypesOfField(FieldDefinitionHandle handle)
    {
        ReferencedTypes names = new();
        _metadata.GetFieldDefinition(handle).DecodeSignature(names, null);
        return names.Seen;
    }

    private IEnumerable<string> TypesInBody(MethodDefinitionHandle handle)
    {
        MethodDefinition method = _metadata.GetMethodDefinition(handle);
        if (method.RelativeVirtualAddress == 0)
        {
            return [];
        }

        BlobReader code = _file.GetMethodBody(method.RelativeVirtualAddress).GetILReader();
        List<string> types = [];
        while (code.RemainingBytes > 0)
        {
            ushort op = code.ReadByte();
            if (op == 0xFE)
            {
                op = (ushort)(0xFE00 | code.ReadByte());
            }

            switch (Operands[op])
            {
                case OperandType.InlineMethod or OperandType.InlineType or OperandType.InlineTok or OperandType.InlineField:
                    AddOwner(MetadataTokens.EntityHandle(code.ReadInt32()), types);
                    break;
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += 1;
                    break;
                case OperandType.InlineVar:
                    code.Offset += 2;
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += 8;
                    break;
                case OperandType.InlineSwitch:
                    int targets = code.ReadInt32(); // read first: += would take the offset from before
                    code.Offset += 4 * targets;
                    break;
                default:
                    code.Offset += 4;
                    break;
            }
        }

        return types;
    }

    private void AddOwner(EntityHandle handle, List<string> types)
    {
        switch (handle.Kind)
        {
            case HandleKind.TypeReference:
                types.Add(ReferencedTypes.NameOf(_metadata, (TypeReferenceHandle)handle));
                break;
            case HandleKind.MemberReference:
                AddOwner(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent, types);
                break;
            case HandleKind.MethodSpecification:
                AddOwner(_metadata.GetMethodSpecification((MethodSpecificationHandle)handle).Method, types);
                break;
            case HandleKind.TypeSpecification:
                ReferencedTypes names = new();
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(names, null);
                types.AddRange(names.Seen);
                break;
            default:
                break; // our own types and members: their bodies are read where they are defined
        }
    }
}
