using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary><c>Sip:Certificate</c>: who we are on TLS connections.</summary>
public sealed class CertificateOptions
{
    /// <summary>PEM file with our certificate and, after it, those that lead to an authority. Empty: none.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file with its private key, not encrypted; may be the same file.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>How long before the end of a certificate the health page warns.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan WarnBefore { get; set; } = TimeSpan.FromDays(14);
}
