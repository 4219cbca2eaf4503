public import FordringKit

/// What this library offers: letters by e-mail, left in a Maildir for a mail server to fetch.
public struct EmailChannelPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// The settings of the channel.
    static let settings = [
        SettingDescription(
            key: "from", allowed: [], standard: "",
            meaning: "The address that the letters come from and are answered to.")
    ]

    /// Offers the channel `email`.
    public func register(in registry: inout PluginRegistry) {
        registry.offer(channel: "email", settings: EmailChannelPlugin.settings) { try EmailChannel($0) }
    }
}

/// The C function through which the host gets the plug-in.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(EmailChannelPlugin()) }
