namespace PhoneBridge.Ivr.Prompts;

/// <summary>Every sentence and sound that a caller can hear. Each language's prompt file has all of them.</summary>
public enum PromptId
{
    /// <summary>Greeting: where the caller has arrived.</summary>
    Welcome,

    /// <summary>Greeting in the words of the operator, for a number that has its own.</summary>
    OwnWelcome,

    /// <summary>Asks for the PIN.</summary>
    EnterPin,

    /// <summary>How to key the PIN in: digits, and the final # for those used to it.</summary>
    EnterPinKeys,

    /// <summary>Said in this language to somebody being addressed in another: how to choose this one.</summary>
    ChooseThisLanguage,

    /// <summary>No key came yet: the reminder.</summary>
    NothingKeyed,

    /// <summary>Some digits came, then none: they are kept, go on or start again.</summary>
    PinUnfinished,

    /// <summary>A try ended with too few digits.</summary>
    PinTooShort,

    /// <summary>A try ended without a digit.</summary>
    PinMissing,

    /// <summary>No room answers to this PIN.</summary>
    PinWrong,

    /// <summary>Introduces the digits read back.</summary>
    YouKeyed,

    /// <summary>The digits as keyed, in threes.</summary>
    KeyedDigits,

    /// <summary>Invites to the next try.</summary>
    TryAgain,

    /// <summary>The three tries are used up.</summary>
    TooManyTries,

    /// <summary>Too many wrong PINs have come lately: call later.</summary>
    Throttled,

    /// <summary>The time for the whole entry is over.</summary>
    EntryTimeOver,

    /// <summary>Something takes a moment.</summary>
    OneMoment,

    /// <summary>The PIN cannot be checked now.</summary>
    ServiceUnavailable,

    /// <summary>A request in the meeting was not answered: try again.</summary>
    RequestFailed,

    /// <summary>The title of the room entered, said in the caller's language.</summary>
    JoiningTitle,

    /// <summary>Announces a title that follows in another language.</summary>
    JoiningRoom,

    /// <summary>A title by itself, said in its own language.</summary>
    TitleAlone,

    /// <summary>To somebody whom the bridge rang: the meeting's title.</summary>
    InvitedToTitle,

    /// <summary>To somebody whom the bridge rang, for a meeting without a title.</summary>
    InvitedToMeeting,

    /// <summary>To somebody whom the bridge rang: how to come in.</summary>
    PressOneToJoin,

    /// <summary>Nobody else is there.</summary>
    NobodyElse,

    /// <summary>One other person is there.</summary>
    OneOther,

    /// <summary>Several others are there.</summary>
    ManyOthers,

    /// <summary>On entry: the microphone is open, and the key that closes it.</summary>
    EntryMicrophoneOpen,

    /// <summary>On entry: the microphone is closed, and the key that opens it.</summary>
    EntryMicrophoneClosed,

    /// <summary>On entry: the microphones are locked.</summary>
    EntryMicrophoneLocked,

    /// <summary>The caller's key closed the microphone.</summary>
    MicrophoneClosed,

    /// <summary>The microphone is open again.</summary>
    MicrophoneOpen,

    /// <summary>The moderator closed this caller's microphone.</summary>
    MutedByModerator,

    /// <summary>The moderator closed all microphones.</summary>
    AllMutedByModerator,

    /// <summary>The moderator offers the floor; a key opens the microphone.</summary>
    AskedToUnmute,

    /// <summary>The microphone cannot be opened: all are locked.</summary>
    RefusedMicrophonesLocked,

    /// <summary>The moderator locked the microphones.</summary>
    MicrophonesLocked,

    /// <summary>The moderator unlocked the microphones; how to open one's own.</summary>
    MicrophonesUnlocked,

    /// <summary>The room is locked: nobody can come in.</summary>
    RoomLockedNow,

    /// <summary>The room is open again.</summary>
    RoomUnlockedNow,

    /// <summary>To the moderator: all other microphones are closed now.</summary>
    YouMutedAll,

    /// <summary>Confirms quieter.</summary>
    Quieter,

    /// <summary>Confirms louder.</summary>
    Louder,

    /// <summary>It cannot be made quieter.</summary>
    QuietestReached,

    /// <summary>It cannot be made louder.</summary>
    LoudestReached,

    /// <summary>Help: the microphone's keys.</summary>
    HelpMicrophone,

    /// <summary>Help: how many are there.</summary>
    HelpCount,

    /// <summary>Help: volume.</summary>
    HelpVolume,

    /// <summary>Help: leaving.</summary>
    HelpLeave,

    /// <summary>Help: hearing it again, slowly.</summary>
    HelpRepeat,

    /// <summary>Help for a moderator: mute all.</summary>
    HelpMuteAll,

    /// <summary>Help for a moderator: lock the room.</summary>
    HelpLockRoom,

    /// <summary>The meeting has not begun; the caller waits outside.</summary>
    WaitForModerator,

    /// <summary>The meeting is full; the caller waits for a seat.</summary>
    WaitForSeat,

    /// <summary>How long one may wait, in minutes.</summary>
    WaitLimit,

    /// <summary>The reminder while waiting.</summary>
    StillWaiting,

    /// <summary>The reminder while waiting for a seat.</summary>
    StillFull,

    /// <summary>The wait ends in so many minutes.</summary>
    WaitEndsSoon,

    /// <summary>The wait is over without a meeting.</summary>
    WaitedTooLong,

    /// <summary>After the wait: the meeting begins.</summary>
    MeetingBegins,

    /// <summary>The room is locked against newcomers.</summary>
    RoomIsLocked,

    /// <summary>The room is full.</summary>
    RoomIsFull,

    /// <summary>The moderator removed the caller.</summary>
    Removed,

    /// <summary>The meeting ends in so many minutes.</summary>
    MeetingEndsSoon,

    /// <summary>The meeting has ended.</summary>
    MeetingEnded,

    /// <summary>The service stops for maintenance.</summary>
    ServiceStopping,

    /// <summary>The caller leaves by key.</summary>
    YouLeave,

    /// <summary>Goodbye.</summary>
    Goodbye,

    /// <summary>Short tone: this key does nothing here.</summary>
    ErrorTone,

    /// <summary>Soft music to wait by; made to be looped.</summary>
    WaitingMusic,
}
