using System.Net;

namespace PhoneBridge.Testing.Baresip;

/// <summary>How one baresip phone is set up.</summary>
public sealed record BaresipOptions
{
    /// <summary>Display name of the caller.</summary>
    public required string Name { get; init; }

    /// <summary>User part of the caller's address, for instance a number; null for the name.</summary>
    public string? User { get; init; }

    /// <summary>Folder for configuration and recording; created. Nobody else may use it.</summary>
    public required string Folder { get; init; }

    /// <summary>What the phone says after the call is answered: 8 kHz, 16-bit mono WAV.</summary>
    /// <remarks>Must be longer than the call: at the end of the file baresip 1.0.0 hangs up ("end of file").</remarks>
    public required string SourceWav { get; init; }

    /// <summary>Codecs in order of preference, baresip's names: <c>pcma</c>, <c>pcmu</c>, <c>G722/16000/1</c>, <c>opus/48000/2</c>.</summary>
    public string Codecs { get; init; } = "pcma,pcmu";

    /// <summary>Packet time [ms].</summary>
    public int PtimeMs { get; init; } = 20;

    /// <summary>Whether an incoming call is answered at once.</summary>
    public bool AnswersCalls { get; init; }

    /// <summary>Whether SIP goes by TCP.</summary>
    public bool UsesTcp { get; init; }

    /// <summary>PEM file of the authority that servers' certificates must come from; SIP then goes by TLS. Null: no TLS.</summary>
    public string? TlsAuthorityFile { get; init; }

    /// <summary>Encryption of the audio, baresip's names: <c>srtp-mand</c> (RTP/SAVP), <c>srtp</c> (keys under RTP/AVP); null for none.</summary>
    public string? MediaEncryption { get; init; }

    /// <summary>Own address for SIP, RTP and SDP.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Folder of baresip's modules.</summary>
    public string ModulePath { get; init; } = "/usr/lib/baresip/modules";
}
