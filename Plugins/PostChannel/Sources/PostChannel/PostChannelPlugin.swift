public import FordringKit

/// What this library offers: letters as PDF, and a spool folder from which they are printed and posted.
public struct PostChannelPlugin: Plugin {
    /// Makes the plug-in.
    public init() {}

    /// Offers the channel `post` and the renderer of `application/pdf`.
    public func register(in registry: inout PluginRegistry) {
        registry.offer(channel: "post", settings: []) { context in PostChannel(outbox: context.outbox) }
        registry.offer(renderer: "application/pdf") { _ in PDFLetterRenderer() }
    }
}

/// The C function through which the host gets the plug-in.
@_cdecl("fordring_plugin")
public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(PostChannelPlugin()) }
