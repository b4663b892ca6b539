using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace PhoneBridge.Sip.Transport;

/// <summary>Makes TLS of a connected socket: 1.2 or 1.3, and who it is on the other side (TRA3; RFC 5922).</summary>
/// <remarks>
/// No ALPN is asked for, renegotiation is refused, sessions are not resumed: a connection lives for hours, and each new one is
/// checked by the certificates of its moment. Any thread.
/// </remarks>
/// <param name="settings">Asked at the beginning of each handshake.</param>
/// <param name="places">Handshakes that compute at a time: so many with known peers, and as many with strangers.</param>
/// <param name="time">The time that certificates must be in force at.</param>
internal sealed class TlsHandshake(Func<SipTlsSettings> settings, int places, TimeProvider time)
{
    // Authenticated encryption only, with forward secrecy. On other systems the operating system's own list holds.
    private static readonly CipherSuitesPolicy? Suites = OperatingSystem.IsLinux()
        ? new CipherSuitesPolicy(
        [
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        ])
        : null;

    private const SslProtocols Versions = SslProtocols.Tls12 | SslProtocols.Tls13;

    // Apart, so that trunks never stand in line behind a flood of strangers.
    private readonly HandshakeGate _forPeers = new(places);
    private readonly HandshakeGate _forStrangers = new(places);

    /// <summary>Our side of a handshake that the peer begins.</summary>
    /// <returns>The stream, and which known peer's certificate was shown, if any.</returns>
    /// <exception cref="AuthenticationException">The peer is refused, or wants something else.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<(SslStream Stream, string? ProvenPeer)> AcceptAsync(Socket socket, IPEndPoint remote, CancellationToken cancellation)
    {
        SipTlsSettings current = settings();
        if (current.Certificate is null)
        {
            throw new AuthenticationException("We have no certificate.");
        }

        TlsVerdict verdict = default;
        SslServerAuthenticationOptions options = new()
        {
            ServerCertificateContext = current.Certificate,
            ClientCertificateRequired = current.Peers.Any(static peer => peer.IsKnownByCertificate),
            EnabledSslProtocols = Versions,
            CipherSuitesPolicy = Suites,
            AllowRenegotiation = false,
            AllowTlsResume = false,
            CertificateChainPolicy = WithoutNetwork(),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                verdict = TlsVerdict.OfClient(current.Peers, remote.Address, certificate as X509Certificate2, SentWith(chain), time.GetUtcNow());
                return verdict.Fault is null;
            },
        };
        HandshakeGate gate = current.Peers.Any(peer => peer.IsAt(remote.Address)) ? _forPeers : _forStrangers;
        SslStream stream = await RunAsync(socket, gate, s => s.AuthenticateAsServerAsync(options, cancellation), () => verdict.Fault, cancellation)
            .ConfigureAwait(false);
        return (stream, verdict.ProvenPeer);
    }

    /// <summary>Our side of a handshake that we begin.</summary>
    /// <returns>The stream, and which known peer it is, if any.</returns>
    /// <exception cref="AuthenticationException">The peer is not whom we want, or refuses us.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<(SslStream Stream, string? ProvenPeer)> ConnectAsync(Socket socket, IPEndPoint remote, CancellationToken cancellation)
    {
        SipTlsSettings current = settings();
        SipTlsPeer[] candidates = [.. current.Peers.Where(peer => peer.IsAt(remote.Address))];
        TlsVerdict verdict = default;
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = candidates.SelectMany(static peer => peer.CertificateNames).FirstOrDefault(static name => !name.Contains('*', StringComparison.Ordinal))
                ?? ResponseRoute.TextOf(remote.Address),
            ClientCertificateContext = candidates.Select(static peer => peer.OwnCertificate).FirstOrDefault(static own => own is not null) ?? current.Certificate,
            EnabledSslProtocols = Versions,
            CipherSuitesPolicy = Suites,
            AllowRenegotiation = false,
            AllowTlsResume = false,
            CertificateChainPolicy = WithoutNetwork(),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                verdict = TlsVerdict.OfServer(candidates, remote.Address, certificate as X509Certificate2, SentWith(chain), time.GetUtcNow());
                return verdict.Fault is null;
            },
        };
        SslStream stream = await RunAsync(socket, _forPeers, s => s.AuthenticateAsClientAsync(options, cancellation), () => verdict.Fault, cancellation)
            .ConfigureAwait(false);
        return (stream, verdict.ProvenPeer);
    }

    private static async Task<SslStream> RunAsync(
        Socket socket, HandshakeGate gate, Func<SslStream, Task> authenticate, Func<string?> fault, CancellationToken cancellation)
    {
        GatedStream gated = new(new NetworkStream(socket, ownsSocket: false), gate);
        SslStream stream = new(gated);
        try
        {
            await gated.EnterAsync(cancellation).ConfigureAwait(false);
            await authenticate(stream).ConfigureAwait(false);
            return stream;
        }
        catch (Exception error)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            if (error is AuthenticationException && fault() is { } why)
            {
                throw new AuthenticationException(why, error);
            }

            throw;
        }
        finally
        {
            gated.Finish();
        }
    }

    // The framework builds a chain of its own before it asks us; what it says of it is not used.
    private static X509ChainPolicy WithoutNetwork() =>
        new() { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };

    private static X509Certificate2Collection SentWith(X509Chain? chain) => chain?.ChainPolicy.ExtraStore ?? [];
}
