using PhoneBridge.Ivr.Prompts;

namespace PhoneBridge.Ivr.Dialogues;

/// <summary>Asks somebody whom the bridge has rung to press 1: says which meeting it is, again and again, then hangs up.</summary>
/// <remarks>
/// No other key takes the invitation, so that neither an answering machine nor somebody who only wants it to be quiet comes in. Who
/// invites is not said: the bridge does not know who holds the key of the API.
/// </remarks>
internal sealed class InvitationDialogue(IvrOptions options, Conversation conversation)
{
    private Sentence[] _words = [];
    private int _asked;
    private TimeSpan _pauseEnds = TimeSpan.MaxValue;

    /// <summary>When <see cref="OnTime"/> must next be called.</summary>
    public TimeSpan Deadline => _pauseEnds;

    /// <summary>The person can hear: asks for the first time.</summary>
    public void Begin(RoomBrief room, TimeSpan now)
    {
        Sentence meeting = string.IsNullOrWhiteSpace(room.Title)
            ? new Sentence(PromptId.InvitedToMeeting)
            : new Sentence(PromptId.InvitedToTitle) { Text = room.Title };
        _words = [meeting, new Sentence(PromptId.PressOneToJoin)];
        Ask(now);
    }

    /// <summary>Takes one key.</summary>
    /// <returns>True when it takes the invitation.</returns>
    public bool OnKey(char key)
    {
        if (key != '1')
        {
            return false;
        }

        conversation.StopSpeaking();
        _pauseEnds = TimeSpan.MaxValue;
        conversation.Do(new DialogueAction.AcceptInvitation());
        return true;
    }

    /// <summary>What was being said has been heard.</summary>
    public void OnPlaybackEnded(TimeSpan now) => _pauseEnds = now + options.InvitationPause;

    /// <summary>The deadline has come.</summary>
    public void OnTime(TimeSpan now)
    {
        if (now < _pauseEnds)
        {
            return;
        }

        if (_asked <= options.InvitationRepeats)
        {
            Ask(now);
            return;
        }

        _pauseEnds = TimeSpan.MaxValue;
        conversation.Farewell(DialogueEnd.InvitationNotTaken, now, PromptId.Goodbye);
    }

    private void Ask(TimeSpan now)
    {
        _pauseEnds = TimeSpan.MaxValue;
        _asked++;
        conversation.Say(now, _words);
    }
}
