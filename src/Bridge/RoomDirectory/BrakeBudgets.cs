using PhoneBridge.Bridge.Configuration;
using PhoneBridge.Rooms.Guessing;

namespace PhoneBridge.Bridge.RoomDirectory;

/// <summary>The brake's budgets as configured.</summary>
internal static class BrakeBudgets
{
    /// <summary>Reads them.</summary>
    /// <param name="rooms">The budgets.</param>
    /// <param name="tries">Tries of one call. Each has its pause, the last of the usual ones again for those beyond.</param>
    public static GuessBrakeOptions Of(RoomsOptions rooms, int tries)
    {
        IReadOnlyList<TimeSpan> delays = new GuessBrakeOptions().Delays;
        return new GuessBrakeOptions
        {
            Delays = [.. delays, .. Enumerable.Repeat(delays[^1], Math.Max(0, tries - delays.Count))],
            CallerPerHour = rooms.WrongPinsPerCallerAndHour,
            Quarantine = rooms.CallerQuarantine,
            AnonymousPerMinute = rooms.WrongPinsOfHiddenCallersPerMinute,
            TrunkPerMinute = rooms.WrongPinsPerTrunkAndMinute,
            AlarmPerMinute = rooms.WrongPinAlarmPerMinute,
        };
    }
}
