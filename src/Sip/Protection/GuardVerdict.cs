namespace PhoneBridge.Sip.Protection;

/// <summary>What becomes of a message after the first look.</summary>
internal enum GuardVerdict
{
    /// <summary>It is read and worked on.</summary>
    Pass,

    /// <summary>Nothing more is done with it.</summary>
    Drop,

    /// <summary>An answer was written, which is sent; nothing more is done with the request.</summary>
    Answer,
}
