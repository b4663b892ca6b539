using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>DialOut</c>: how much the bridge may ring by itself. Whether it may at all, each trunk says (<see cref="TrunkDialOutOptions"/>).</summary>
/// <remarks>Every call that was sent out counts, also one that nobody took. The times roll: an hour is the last sixty minutes.</remarks>
public sealed class DialOutOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "DialOut";

    /// <summary>Calls for one room in an hour.</summary>
    [Range(0, 100_000)]
    public int CallsPerRoomAndHour { get; set; } = 20;

    /// <summary>Calls for one room in 24 hours.</summary>
    [Range(0, 100_000)]
    public int CallsPerRoomAndDay { get; set; } = 50;

    /// <summary>Calls of all rooms in 24 hours.</summary>
    [Range(0, 1_000_000)]
    public int CallsPerDay { get; set; } = 200;

    /// <summary>How long it rings before the bridge gives up.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:03:00")]
    public TimeSpan RingTime { get; set; } = TimeSpan.FromSeconds(45);
}
