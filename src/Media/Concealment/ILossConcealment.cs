namespace PhoneBridge.Media.Concealment;

/// <summary>Stands in for audio that was not received. Owned by the leg's loop.</summary>
internal interface ILossConcealment
{
    /// <summary>True when nothing is left to fade out: what is concealed now is zeros.</summary>
    bool IsSilent { get; }

    /// <summary>Asks the processor for the memory of the next frame.</summary>
    void Fetch();

    /// <summary>Forgets the audio so far; what is received next begins at once.</summary>
    void Reset();

    /// <summary>Takes received samples on their way out; after a loss it blends the concealment into their beginning.</summary>
    void OnReceived(Span<short> pcm);

    /// <summary>Fills <paramref name="pcm"/> with what stands in for missing samples.</summary>
    void Conceal(Span<short> pcm);
}
