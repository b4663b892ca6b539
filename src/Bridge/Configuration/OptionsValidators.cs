using Microsoft.Extensions.Options;

namespace PhoneBridge.Bridge.Configuration;

// Bodies generated from the annotations of each options class: no reflection at start.

[OptionsValidator]
internal sealed partial class SipOptionsValidator : IValidateOptions<SipOptions>;

[OptionsValidator]
internal sealed partial class DialOutOptionsValidator : IValidateOptions<DialOutOptions>;

[OptionsValidator]
internal sealed partial class MediaOptionsValidator : IValidateOptions<MediaOptions>;

[OptionsValidator]
internal sealed partial class DialogueOptionsValidator : IValidateOptions<DialogueOptions>;

[OptionsValidator]
internal sealed partial class RoomsOptionsValidator : IValidateOptions<RoomsOptions>;

[OptionsValidator]
internal sealed partial class ApiOptionsValidator : IValidateOptions<ApiOptions>;

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;

[OptionsValidator]
internal sealed partial class ShutdownOptionsValidator : IValidateOptions<ShutdownOptions>;

[OptionsValidator]
internal sealed partial class DemoOptionsValidator : IValidateOptions<DemoOptions>;

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
