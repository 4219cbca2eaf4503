public import FordringKit

/// What this library offers: text messages, left as lines of a file for a gateway to send.
public struct SMSChannelPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// Offers the channel `sms`.
    public func register(in registry: inout PluginRegistry) {
        registry.offer(channel: "sms", settings: []) { context in SMSChannel(outbox: context.outbox) }
    }
}

/// The C function through which the host gets the plug-in.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(SMSChannelPlugin()) }
