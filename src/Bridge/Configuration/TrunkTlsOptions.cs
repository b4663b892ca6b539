namespace PhoneBridge.Bridge.Configuration;

/// <summary><c>Tls</c> of a trunk: what is expected of its certificate, and what it is shown.</summary>
public sealed class TrunkTlsOptions
{
    /// <summary>
    /// Names (domain, host, address) of which its certificate must hold one, compared whole; a call over TLS with such a
    /// certificate belongs to the trunk. Empty: its registrar's names, else the address connected to, and nobody is known by a certificate.
    /// </summary>
    public IList<string> Names { get; set; } = [];

    /// <summary>PEM file with the authorities that its certificate must come from. Empty: those that the system trusts.</summary>
    public string AuthorityFile { get; set; } = "";

    /// <summary>Whether only calls with such a certificate belong to the trunk; <see cref="TrunkOptions.Sources"/> then narrow it further.</summary>
    public bool DemandCertificate { get; set; }

    /// <summary>PEM file with our certificate towards this trunk. Empty: the one of <c>Sip:Certificate</c>.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file with its private key.</summary>
    public string KeyFile { get; set; } = "";
}
