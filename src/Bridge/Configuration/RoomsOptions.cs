using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>Rooms</c>: rooms, their PINs and the brake on guessing them.</summary>
public sealed class RoomsOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Rooms";

    /// <summary>Largest number of rooms.</summary>
    [Range(1, 1_000_000)]
    public int MaxRooms { get; set; } = 100_000;

    /// <summary>Wrong PINs of one caller in an hour before the caller is put in quarantine.</summary>
    [Range(3, 1000)]
    public int WrongPinsPerCallerAndHour { get; set; } = 9;

    /// <summary>Length of a caller's quarantine.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan CallerQuarantine { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Wrong PINs in a minute of all callers without a number together.</summary>
    [Range(1, 10_000)]
    public int WrongPinsOfHiddenCallersPerMinute { get; set; } = 30;

    /// <summary>Wrong PINs in a minute of one trunk.</summary>
    [Range(1, 10_000)]
    public int WrongPinsPerTrunkAndMinute { get; set; } = 60;

    /// <summary>Wrong PINs in a minute in total that raise the alarm. They stop nobody: that would let a stranger close all rooms.</summary>
    [Range(1, 10_000)]
    public int WrongPinAlarmPerMinute { get; set; } = 120;
}
