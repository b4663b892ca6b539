using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>Ivr</c>: the dialogue with a caller.</summary>
public sealed class DialogueOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Ivr";

    /// <summary>Language of a call whose number has none: <c>fr</c> or <c>en</c>.</summary>
    [Required, RegularExpression("^(fr|en)$", ErrorMessage = "The field {0} takes fr or en.")]
    public string DefaultLanguage { get; set; } = "fr";

    /// <summary>How long the caller may take to the first key of a PIN.</summary>
    [Range(typeof(TimeSpan), "00:00:03", "00:01:00")]
    public TimeSpan FirstKeyTimeout { get; set; } = TimeSpan.FromSeconds(12);

    /// <summary>How long the caller may take between two keys of a PIN.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:01:00")]
    public TimeSpan InterKeyTimeout { get; set; } = TimeSpan.FromSeconds(6);

    /// <summary>How long one try at the PIN may take in all.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:05:00")]
    public TimeSpan TryTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a caller without a right PIN may stay in all.</summary>
    [Range(typeof(TimeSpan), "00:00:30", "00:15:00")]
    public TimeSpan EntryTimeout { get; set; } = TimeSpan.FromMinutes(3);

    /// <summary>Tries at the PIN in one call.</summary>
    [Range(1, 5)]
    public int Tries { get; set; } = 3;

    /// <summary>The greeting starts at the first voice packet, or this long after the ACK when none comes.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan GreetingDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Folder with the recorded voices (<c>fr_CA_f_June</c>, <c>en_US_f_Allison</c>).</summary>
    [Required]
    public string VoicesFolder { get; set; } = "/usr/share/asterisk/sounds";

    /// <summary>The speech engine's program: a path, or a name looked up in PATH.</summary>
    [Required]
    public string SpeechEngine { get; set; } = "espeak-ng";
}
