using System.Net;
using PhoneBridge.Bridge.Trunks.Locating;

namespace PhoneBridge.Bridge.Tests.Trunks.Locating;

/// <summary>Names as a test says, and what was asked.</summary>
internal sealed class ScriptedNames : INameService
{
    private readonly Dictionary<(string, NameRecordKind), NameAnswer> _answers = [];

    public List<(string Name, NameRecordKind Kind)> Asked { get; } = [];

    public bool IsGone { get; set; }

    public ScriptedNames A(string name, params string[] addresses) =>
        Set(name, NameRecordKind.A, 60, [.. addresses.Select(a => new NameRecord.Address(IPAddress.Parse(a)))]);

    public ScriptedNames Aaaa(string name, params string[] addresses) =>
        Set(name, NameRecordKind.Aaaa, 60, [.. addresses.Select(a => new NameRecord.Address(IPAddress.Parse(a)))]);

    public ScriptedNames Srv(string name, params (int Priority, int Weight, int Port, string Target)[] services) =>
        Set(name, NameRecordKind.Srv, 60, [.. services.Select(s => new NameRecord.Service(s.Priority, s.Weight, s.Port, s.Target))]);

    public ScriptedNames Naptr(string name, params (int Order, int Preference, string Flags, string Services, string Replacement)[] pointers) =>
        Set(name, NameRecordKind.Naptr, 60, [.. pointers.Select(p => new NameRecord.Pointer(p.Order, p.Preference, p.Flags, p.Services, p.Replacement))]);

    public ScriptedNames Set(string name, NameRecordKind kind, int lifeSeconds, params NameRecord[] records)
    {
        _answers[(name, kind)] = new NameAnswer(NameOutcome.Found, records, TimeSpan.FromSeconds(lifeSeconds));
        return this;
    }

    public Task<NameAnswer> AskAsync(string name, NameRecordKind kind, CancellationToken cancellation)
    {
        Asked.Add((name, kind));
        return Task.FromResult(IsGone ? NameAnswer.Failed : _answers.GetValueOrDefault((name, kind), NameAnswer.Nothing));
    }
}
