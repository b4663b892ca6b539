using PhoneBridge.Sip.Sdp;

namespace PhoneBridge.Sip.Calls;

/// <summary>A call of ours goes on: a provisional answer of 101 to 199 (RFC 3261 §13.2.2.1; DLG11).</summary>
/// <param name="Status">180 rings; 183 tells something, often by sound.</param>
/// <param name="Fork">Which of several answering ends it is, by the tag that they gave themselves; null when it gave none.</param>
/// <param name="Sdp">
/// The answer to our offer when this end sends sound before it takes the call (RFC 3960 §3.2); null when it does not: then
/// the caller's own side makes the ringing tone.
/// </param>
public readonly record struct SipProgress(int Status, string? Fork, SdpSession? Sdp);
