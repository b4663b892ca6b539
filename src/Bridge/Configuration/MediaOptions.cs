using System.ComponentModel.DataAnnotations;

namespace PhoneBridge.Bridge.Configuration;

/// <summary>Section <c>Media</c>: RTP ports and the media loops.</summary>
public sealed class MediaOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Media";

    /// <summary>First UDP port for RTP and RTCP; a call takes an even port and the odd one after it.</summary>
    [Range(1024, 65534)]
    public int FirstPort { get; set; } = 20000;

    /// <summary>Last UDP port for RTP and RTCP, inclusive.</summary>
    [Range(1025, 65535)]
    public int LastPort { get; set; } = 39999;

    /// <summary>Our media address as the peers see it (SDP), behind 1:1 NAT.</summary>
    /// <value>Empty: <c>Sip:PublicAddress</c>, or the local address that the call came in on.</value>
    public string PublicAddress { get; set; } = "";

    /// <summary>Media loops, each a thread. 0: one for each processor.</summary>
    [Range(0, 256)]
    public int Loops { get; set; }

    /// <summary>DSCP of RTP packets (46 is EF).</summary>
    [Range(0, 63)]
    public int Dscp { get; set; } = 46;

    /// <summary>Priority of the media loops under real-time scheduling (SCHED_FIFO), 1 to 99; 0 (default): ordinary scheduling.</summary>
    /// <remarks>Worth it wherever other programs share the machine. Needs the right to it (<c>LimitRTPRIO</c>); a refusal is reported, not fatal.</remarks>
    [Range(0, 99)]
    public int RealTimePriority { get; set; }

    /// <summary>How long a freed port rests before another call gets it.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan PortRest { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call that is not on hold may send neither RTP nor RTCP before it is asked for a sign of life.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan SilenceBeforeProbe { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call that is not on hold may send neither RTP nor RTCP before it is ended.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:30:00")]
    public TimeSpan SilenceBeforeEnd { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The same bound for a call on hold.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "05:00:00")]
    public TimeSpan SilenceOnHoldBeforeEnd { get; set; } = TimeSpan.FromMinutes(30);
}
