using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>Storage</c>: where rooms and secrets are kept.</summary>
public sealed class StorageOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Storage";

    /// <summary>Folder of the database and the secrets; made when missing, readable by the owner only. A relative path starts at the working directory.</summary>
    [Required]
    public string Folder { get; set; } = "data";

    /// <summary>Longest wait for the database in one step.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the record of a call is kept [days].</summary>
    [Range(1, 3650)]
    public int CallRecordDays { get; set; } = 365;

    /// <summary>Full path of a file in the folder.</summary>
    public string PathOf(string fileName) => Path.GetFullPath(Path.Combine(Folder, fileName));
}
