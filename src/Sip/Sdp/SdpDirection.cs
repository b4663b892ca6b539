namespace PhoneBridge.Sip.Sdp;

/// <summary>Direction of a media stream as the side that writes it sees it (RFC 8866 §6.7).</summary>
public enum SdpDirection
{
    /// <summary><c>sendrecv</c>, also when nothing is said.</summary>
    SendReceive,

    /// <summary><c>sendonly</c>: in an offer, the peer puts us on hold.</summary>
    SendOnly,

    /// <summary><c>recvonly</c>.</summary>
    ReceiveOnly,

    /// <summary><c>inactive</c>.</summary>
    Inactive,
}

/// <summary>What follows from a direction (RFC 3264 §6.1).</summary>
public static class SdpDirectionRules
{
    /// <summary>True when the side with this direction sends media.</summary>
    public static bool Sends(this SdpDirection direction) =>
        direction is SdpDirection.SendReceive or SdpDirection.SendOnly;

    /// <summary>True when the side with this direction wants media.</summary>
    public static bool Receives(this SdpDirection direction) =>
        direction is SdpDirection.SendReceive or SdpDirection.ReceiveOnly;

    /// <summary>The same stream seen from the other side.</summary>
    public static SdpDirection Mirrored(this SdpDirection direction) => From(direction.Receives(), direction.Sends());

    /// <summary>The direction of a side that sends, receives, both or neither.</summary>
    public static SdpDirection From(bool sends, bool receives) => (sends, receives) switch
    {
        (true, true) => SdpDirection.SendReceive,
        (true, false) => SdpDirection.SendOnly,
        (false, true) => SdpDirection.ReceiveOnly,
        (false, false) => SdpDirection.Inactive,
    };

    internal static string ToAttribute(this SdpDirection direction) => direction switch
    {
        SdpDirection.SendOnly => "sendonly",
        SdpDirection.ReceiveOnly => "recvonly",
        SdpDirection.Inactive => "inactive",
        _ => "sendrecv",
    };

    internal static SdpDirection? Find(IReadOnlyList<SdpAttribute> attributes)
    {
        foreach (SdpAttribute attribute in attributes)
        {
            SdpDirection? direction = attribute.Name switch
            {
                "sendrecv" => SdpDirection.SendReceive,
                "sendonly" => SdpDirection.SendOnly,
                "recvonly" => SdpDirection.ReceiveOnly,
                "inactive" => SdpDirection.Inactive,
                _ => null,
            };
            if (direction is not null)
            {
                return direction;
            }
        }

        return null;
    }
}
