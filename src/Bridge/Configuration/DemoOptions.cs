using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>Demo</c>: help for a first try.</summary>
public sealed class DemoOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Demo";

    /// <summary>Whether a demonstration room is made when there is no room yet, and its PINs are shown on the terminal at each start.</summary>
    public bool Enabled { get; set; }

    /// <summary>Title of the demonstration room, spoken to its callers.</summary>
    [Required, StringLength(100, MinimumLength = 1)]
    public string RoomTitle { get; set; } = "Démonstration";
}
