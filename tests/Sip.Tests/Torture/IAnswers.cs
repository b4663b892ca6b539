namespace PhoneBridge.Sip.Tests.Torture;

/// <summary>The final answers of an endpoint, each once.</summary>
internal interface IAnswers
{
    /// <summary>Told in place of a status when the endpoint closed the connection.</summary>
    public const string Closed = "closed";

    /// <summary>Told in place of a status when nothing came in time.</summary>
    public const string Silence = "waits";

    /// <summary>Status and Call-ID of the next one, or one of the two words.</summary>
    public Task<(string Status, string CallId)> NextAsync(TimeSpan patience);
}
