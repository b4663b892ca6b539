using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary><c>DialOut</c> of a trunk: that the bridge may ring numbers through it, and which.</summary>
public sealed class TrunkDialOutOptions
{
    /// <summary>Beginnings of the numbers that may be rung, E.164 with <c>+</c>: <c>+33</c>. What begins with none of them is never rung.</summary>
    public IList<string> AllowedPrefixes { get; set; } = [];

    /// <summary>Beginnings of numbers that are never rung, though an allowed prefix takes them in: <c>+338</c> for French premium numbers.</summary>
    public IList<string> DeniedPrefixes { get; set; } = [];

    /// <summary>The number that is shown to who is rung, E.164; one of the trunk's <c>Numbers</c> where those are listed. Empty: the registration's user.</summary>
    [RegularExpression(@"^(\+[1-9][0-9]{2,14})?$", ErrorMessage = "The field {0} takes a number such as +33123456789.")]
    public string CallerNumber { get; set; } = "";

    /// <summary>How the operator wants numbers written.</summary>
    public DialledNumberFormat NumberFormat { get; set; } = DialledNumberFormat.E164Plus;

    /// <summary>Calls of ours at a time through this trunk.</summary>
    [Range(1, 10_000)]
    public int MaxCalls { get; set; } = 2;
}

/// <summary>How a number is written in a call of ours.</summary>
public enum DialledNumberFormat
{
    /// <summary><c>+33612345678</c>.</summary>
    E164Plus,

    /// <summary><c>33612345678</c>.</summary>
    E164,

    /// <summary>As dialled in the trunk's <c>Country</c>: <c>0612345678</c>, <c>0044…</c>.</summary>
    National,
}
