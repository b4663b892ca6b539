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

    // Phones that are given an ear when their codec needs one: with G.711 all listen, which costs nothing.
    private const int ExtraEars = 200;

    // Of 100 packets; the voice pauses in some.
    private const int HeardPackets = 40;

    /// <summary>Checks some rooms one after the other; afterwards nobody talks.</summary>
    public static async Task<IReadOnlyList<SpotCheckResult>> RunAsync(IReadOnlyList<LoadPhone> all, IReadOnlyList<LoadRoom> rooms)
    {
        List<SpotCheckResult> results = [];
        foreach (LoadPhone phone in rooms.SelectMany(room => room.Phones).Concat(all.Take(ExtraEars)))
        {
            phone.Reception.Listen();
        }

        LoadPhone[] phones = [.. all.Where(phone => phone.Reception.Listens)];
        foreach (LoadRoom room in rooms)
        {
            LoadPhone talker = room.Phones[0];
            foreach (LoadPhone phone in all)
            {
                phone.SetTalking(phone == talker);
            }

            await Task.Delay(Settling);
            long[] before = [.. phones.Select(phone => phone.Reception.VoicePackets)];
            await Task.Delay(Length);
            long[] heard = [.. phones.Select((phone, i) => phone.Reception.VoicePackets - before[i])];
            results.Add(new SpotCheckResult(
                room.Number,
                phones.Where((phone, i) => phone.Room == room && phone != talker && heard[i] >= HeardPackets).Count(),
                room.Phones.Count - 1,
                phones.Where((phone, i) => (phone.Room != room || phone == talker) && heard[i] > 0).Count()));
        }

        return results;
    }
}
