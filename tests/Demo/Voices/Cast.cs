namespace PhoneBridge.Demo.Voices;

/// <summary>One caller of the demonstration.</summary>
/// <param name="Name">Name, also the user part of the phone's address.</param>
/// <param name="Voice">Voice of the speech engine, with its variant.</param>
/// <param name="Pitch">Pitch, 0 to 99.</param>
/// <param name="IsModerator">Comes in with the moderator's PIN.</param>
/// <param name="Lines">What the caller says, turn by turn.</param>
public sealed record Caller(string Name, string Voice, int Pitch, bool IsModerator, IReadOnlyList<string> Lines);

/// <summary>The five callers: four speak, one only listens.</summary>
public static class Cast
{
    /// <summary>The moderator.</summary>
    public static readonly Caller Claire = new("Claire", "fr-fr+f3", 55, IsModerator: true,
    [
        "Bonjour à toutes et à tous, ici Claire. Je préside la réunion et je vous souhaite la bienvenue.",
        "Merci Olivier. Nous allons nous arrêter là. Bonne journée à toutes et à tous.",
    ]);

    /// <summary>A caller who speaks French.</summary>
    public static readonly Caller Marc = new("Marc", "fr-fr+m3", 35, IsModerator: false,
        ["Bonjour, c'est Marc. Je vous appelle du train, mais je vous entends parfaitement."]);

    /// <summary>A caller who speaks English.</summary>
    public static readonly Caller Emma = new("Emma", "en-gb+f2", 60, IsModerator: false,
        ["Good morning, this is Emma in London. The line is clear, and I have nothing to add for today."]);

    /// <summary>The caller who is muted in mid-sentence, and comes back.</summary>
    public static readonly Caller Oliver = new("Oliver", "en-gb+m7", 25, IsModerator: false,
    [
        "Hello, Oliver speaking. I should like to tell you the whole story of my journey, beginning with the first day, "
            + "when the weather was fine and the sea was calm, and going on with the second day.",
        "Thank you for giving me the floor again. I promise to be brief this time.",
    ]);

    /// <summary>The caller who only listens: her recording is the one to play afterwards.</summary>
    public static readonly Caller Lucie = new("Lucie", "fr-fr+f2", 50, IsModerator: false, []);

    /// <summary>All, the moderator first.</summary>
    public static readonly IReadOnlyList<Caller> All = [Claire, Marc, Emma, Oliver, Lucie];
}
