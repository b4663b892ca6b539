namespace PhoneBridge.Benchmarks.Load;

/// <summary>Who heard whom while a single caller of the whole load talked.</summary>
/// <param name="Room">Number of the talker's room.</param>
/// <param name="Heard">Others of the room who heard the voice.</param>
/// <param name="Others">How many they are.</param>
/// <param name="WronglyHeard">Phones that heard a voice and must not: the talker, and everybody in other rooms.</param>
internal sealed record SpotCheckResult(int Room, int Heard, int Others, int WronglyHeard);

/// <summary>Lets one caller talk and everybody else be silent, and looks at what each phone of the load hears.</summary>
internal static class SpotCheck
{
    // The talk spurt of those who were just silenced, and what is still on the way, has ended by then.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(2);

    // Of 100 packets; the voice pauses in some.
    private const int HeardPackets = 40;

    /// <summary>Checks some rooms one after the other; afterwards nobody talks.</summary>
    public static async Task<IReadOnlyList<SpotCheckResult>> RunAsync(IReadOnlyList<LoadPhone> phones, IEnumerable<LoadRoom> rooms)
    {
        List<SpotCheckResult> results = [];
        foreach (LoadRoom room in rooms)
        {
            LoadPhone talker = room.Phones[0];
            foreach (LoadPhone phone in phones)
            {
                phone.SetTalking(phone == talker);
            }

            await Task.Delay(Settling);
            long[] before = [.. phones.Select(phone => phone.VoicePackets)];
            await Task.Delay(Length);
            long[] heard = [.. phones.Select((phone, i) => phone.VoicePackets - before[i])];
            results.Add(new SpotCheckResult(
                room.Number,
                phones.Where((phone, i) => phone.Room == room && phone != talker && heard[i] >= HeardPackets).Count(),
                room.Phones.Count - 1,
                phones.Where((phone, i) => (phone.Room != room || phone == talker) && heard[i] > 0).Count()));
        }

        return results;
    }
}
