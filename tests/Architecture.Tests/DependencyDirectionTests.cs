namespace PhoneBridge.Architecture.Tests;

/// <summary>Reads the built assemblies: dependencies point one way, and the outside world is touched by the shells only.</summary>
public sealed class DependencyDirectionTests
{
    [Theory]
    [InlineData("Sip", "BouncyCastle.Cryptography")]    // a hash that the framework lacks (RFC 8760)
    [InlineData("Media", "")]
    [InlineData("Rooms", "")]
    [InlineData("Ivr", "")]
    [InlineData("Mixer", "PhoneBridge.Media")]
    public void A_core_references_the_framework_and_only_these(string project, string allowed)
    {
        using AssemblyReader assembly = AssemblyReader.Open(project);
        string[] others = [.. assembly.References.Where(r => !r.StartsWith("System.", StringComparison.Ordinal) && r is not ("System" or "netstandard"))];
        Assert.Empty(others.Except(allowed.Split(',', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public void The_bridge_references_all_five()
    {
        using AssemblyReader bridge = AssemblyReader.Open("Bridge");
        Assert.Empty(new[] { "Sip", "Media", "Mixer", "Ivr", "Rooms" }.Select(n => $"PhoneBridge.{n}").Except(bridge.References));
    }

    [Theory]
    [InlineData("Sip", "PhoneBridge.Sip.Transport")]
    [InlineData("Mixer", "PhoneBridge.Mixer.Io")]
    [InlineData("Media", null)]
    [InlineData("Rooms", null)]
    [InlineData("Ivr", null)]
    public void Only_the_shell_of_a_project_uses_sockets(string project, string? shell)
    {
        using AssemblyReader assembly = AssemblyReader.Open(project);
        string[] users = [.. assembly.UsersOf(IsSocketType).Where(user => shell is null || !IsIn(user, shell)).Distinct()];
        Assert.Empty(users);
    }

    [Theory]
    [InlineData("Sip")]
    [InlineData("Media")]
    [InlineData("Mixer")]
    [InlineData("Rooms")]
    public void No_core_starts_a_process(string project)
    {
        using AssemblyReader assembly = AssemblyReader.Open(project);
        Assert.Empty(assembly.UsersOf(name => name == "System.Diagnostics.Process"));
    }

    [Fact]
    public void The_reader_finds_a_use_inside_a_method_body()
    {
        using AssemblyReader itself = AssemblyReader.Open(typeof(DependencyDirectionTests).Assembly.Location, isPath: true);
        Assert.Contains("PhoneBridge.Architecture.Tests.SocketUser", itself.UsersOf(IsSocketType));
    }

    private static bool IsIn(string typeName, string @namespace) => typeName.StartsWith(@namespace + ".", StringComparison.Ordinal);

    // AddressFamily, SocketError and the like are plain values in the same namespace and may be used anywhere.
    private static bool IsSocketType(string name) =>
        name is "System.Net.Sockets.Socket" or "System.Net.Sockets.UdpClient" or "System.Net.Sockets.TcpClient"
            or "System.Net.Sockets.TcpListener" or "System.Net.Sockets.NetworkStream" or "System.Net.Sockets.SocketAsyncEventArgs"
            or "System.Net.Http.HttpClient" or "System.Net.Dns";
}

/// <summary>Something for the reader to find: the use is in a closure inside a method body.</summary>
internal static class SocketUser
{
    public static Func<string> HostName => () => System.Net.Dns.GetHostName();
}
