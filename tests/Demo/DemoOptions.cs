namespace PhoneBridge.Demo;

/// <summary>What the demonstration is to do.</summary>
/// <param name="Folder">Where its results go.</param>
/// <param name="Bridge">HTTP address of a bridge that runs already; null to start one.</param>
/// <param name="Key">API key of that bridge.</param>
/// <param name="Dial">SIP address of that bridge.</param>
public sealed record DemoOptions(string Folder, Uri? Bridge, string? Key, string? Dial);
