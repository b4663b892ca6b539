using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

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

    /// <summary>Talkers heard at a time in a meeting, the loudest, 1 to 16.</summary>
    [Range(1, 16)]
    public int Talkers { get; set; } = 4;

    /// <summary>Whether the loudness of each talker is drawn slowly towards a common level.</summary>
    public bool LevelTalkers { get; set; } = true;

    /// <summary>Whether music, tones and noise that come from one line for long are turned down and told to the moderators.</summary>
    public bool DuckDisturbances { get; set; } = true;

    /// <summary>Whether the noise of lines is taken out before the mix. A trunk may say otherwise for its calls.</summary>
    public bool NoiseSuppression { get; set; }

    /// <summary>How Opus is spoken, where a trunk and its peer agree on it.</summary>
    [ValidateObjectMembers]
    public MediaOpusOptions Opus { get; set; } = new();

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

/// <summary>Section <c>Media:Opus</c> (RFC 7587).</summary>
public sealed class MediaOpusOptions
{
    /// <summary>Rate that Opus is decoded to and encoded from [Hz]: 8000, 16000 or 48000. A peer that plays less gets less.</summary>
    [AllowedValues(8000, 16000, 48000, ErrorMessage = "The field {0} takes 8000, 16000 or 48000.")]
    public int SampleRateHz { get; set; } = 48000;

    /// <summary>Effort of the encoder, 0 to 10: 5 takes half the time of 10 and sounds nearly as good.</summary>
    [Range(0, 10)]
    public int Complexity { get; set; } = 5;

    /// <summary>Bit rate of what we send [bit/s].</summary>
    [Range(6000, 128_000)]
    public int BitrateBps { get; set; } = 28_000;

    /// <summary>Whether each packet that we send carries a coarse copy of the one before it.</summary>
    public bool InbandFec { get; set; } = true;

    /// <summary>Loss that the encoder prepares for [%].</summary>
    [Range(0, 100)]
    public int ExpectedLossPercent { get; set; } = 10;
}
