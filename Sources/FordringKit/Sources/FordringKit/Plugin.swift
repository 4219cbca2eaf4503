/// The kit's own version and the compiler that built it.
public enum KitVersion {
    /// Major version of the kit's binary interface; a plug-in must have been built for the same.
    public static let major = 1
    /// Minor version; a plug-in may have been built for this one or an older one.
    public static let minor = 4
    /// Both, as manifests write them.
    public static var text: String { "\(major).\(minor)" }

    /// The compiler that built this kit.
    ///
    /// Swift promises no binary compatibility between compilers outside Apple's systems, so host and plug-ins must have
    /// been built by the same one.
    public static var compiler: String {
        // A new compiler does not build until it has its line here.
        #if compiler(>=6.3.2)
        #error("Add this compiler's version to KitVersion.compiler")
        #elseif compiler(>=6.3.1)
        return "6.3.1"
        #elseif compiler(>=6.3)
        return "6.3"
        #else
        #error("Fordring needs Swift 6.3 or later")
        #endif
    }
}

/// A setting that a plug-in takes from the tenant's file.
public struct SettingDescription: Sendable {
    /// The key, lowerCamelCase.
    public var key: String
    /// The values that are allowed; empty where any text is.
    public var allowed: [String]
    /// The value where the tenant says nothing.
    public var standard: String
    /// What it decides, in one sentence.
    public var meaning: String

    /// Describes a setting.
    public init(key: String, allowed: [String], standard: String, meaning: String) {
        self.key = key
        self.allowed = allowed
        self.standard = standard
        self.meaning = meaning
    }
}

/// What the host hands to a plug-in when a tenant is opened.
public struct PluginContext: Sendable {
    /// The tenant.
    public var tenant: TenantID
    /// The tenant's settings, complete: the host has checked them and filled in the standards.
    public var settings: [String: String]
    /// The folder that a channel may write to; empty for other plug-ins.
    public var outbox: String
    /// The kit's logger; never give it personal data.
    public var log: @Sendable (String) -> Void
    /// Lines that were added to the country's tables at run time, in the order in which they were added.
    public var lawExtensions: [LawExtension] = []

    /// Makes a context.
    public init(
        tenant: TenantID, settings: [String: String], outbox: String, log: @escaping @Sendable (String) -> Void
    ) {
        self.tenant = tenant
        self.settings = settings
        self.outbox = outbox
        self.log = log
    }

    /// The value of a setting that the plug-in has described; empty for one that it has not.
    public func setting(_ key: String) -> String { settings[key] ?? "" }
}

/// What one plug-in offers.
///
/// It is filled once, at start, and then frozen.
public struct PluginRegistry: Sendable {
    /// An offer of a country's law.
    public struct JurisdictionOffer: Sendable {
        /// The country.
        public let country: CountryCode
        /// The settings that it takes.
        public let settings: [SettingDescription]
        /// Makes the law for a tenant.
        public let make: @Sendable (PluginContext) throws -> any Jurisdiction
    }

    /// An offer of a channel for letters.
    public struct ChannelOffer: Sendable {
        /// The channel's name, as policies write it: `post`.
        public let name: String
        /// The settings that it takes.
        public let settings: [SettingDescription]
        /// Makes the channel for a tenant.
        public let make: @Sendable (PluginContext) throws -> any LetterChannel
    }

    /// An offer of a renderer.
    public struct RendererOffer: Sendable {
        /// The media type that it makes.
        public let mediaType: String
        /// Makes the renderer.
        public let make: @Sendable (PluginContext) throws -> any LetterRenderer
    }

    /// An offer of a credit bureau.
    public struct BureauOffer: Sendable {
        /// The bureau's name, as settings write it: `rki`.
        public let name: String
        /// The country whose debtors it registers.
        public let country: CountryCode
        /// The settings that it takes.
        public let settings: [SettingDescription]
        /// Makes the bureau for a tenant.
        public let make: @Sendable (PluginContext) throws -> any CreditBureau
    }

    /// An offer of the courts of a country.
    public struct ForumOffer: Sendable {
        /// The country.
        public let country: CountryCode
        /// The settings that it takes.
        public let settings: [SettingDescription]
        /// Makes the forum for a tenant.
        public let make: @Sendable (PluginContext) throws -> any LegalForum
    }

    /// The countries on offer.
    public private(set) var jurisdictions: [JurisdictionOffer] = []
    /// The channels on offer.
    public private(set) var channels: [ChannelOffer] = []
    /// The renderers on offer.
    public private(set) var renderers: [RendererOffer] = []
    /// The credit bureaus on offer.
    public private(set) var bureaus: [BureauOffer] = []
    /// The courts on offer.
    public private(set) var forums: [ForumOffer] = []

    /// An empty registry.
    public init() {}

    /// Offers the law of a country.
    public mutating func offer(
        jurisdiction country: CountryCode, settings: [SettingDescription],
        _ make: @escaping @Sendable (PluginContext) throws -> any Jurisdiction
    ) {
        jurisdictions.append(JurisdictionOffer(country: country, settings: settings, make: make))
    }

    /// Offers a channel for letters.
    public mutating func offer(
        channel name: String, settings: [SettingDescription],
        _ make: @escaping @Sendable (PluginContext) throws -> any LetterChannel
    ) {
        channels.append(ChannelOffer(name: name, settings: settings, make: make))
    }

    /// Offers a renderer of letters.
    public mutating func offer(
        renderer mediaType: String, _ make: @escaping @Sendable (PluginContext) throws -> any LetterRenderer
    ) {
        renderers.append(RendererOffer(mediaType: mediaType, make: make))
    }

    /// Offers a credit bureau.
    public mutating func offer(
        bureau name: String, country: CountryCode, settings: [SettingDescription],
        _ make: @escaping @Sendable (PluginContext) throws -> any CreditBureau
    ) {
        bureaus.append(BureauOffer(name: name, country: country, settings: settings, make: make))
    }

    /// Offers the courts of a country.
    public mutating func offer(
        forum country: CountryCode, settings: [SettingDescription],
        _ make: @escaping @Sendable (PluginContext) throws -> any LegalForum
    ) {
        forums.append(ForumOffer(country: country, settings: settings, make: make))
    }

    /// All offers as manifests write them, sorted: `bureau:rki`, `channel:post`, `forum:DK`, `jurisdiction:DK`,
    /// `renderer:application/pdf`.
    public var offers: [String] {
        (jurisdictions.map { "jurisdiction:\($0.country)" } + channels.map { "channel:\($0.name)" }
            + renderers.map { "renderer:\($0.mediaType)" } + bureaus.map { "bureau:\($0.name)" }
            + forums.map { "forum:\($0.country)" }).sorted()
    }
}

/// A setting whose value a plug-in cannot work with.
public struct PluginSettingError: Error, Sendable, CustomStringConvertible {
    /// The setting.
    public let key: String
    /// What is wrong and what is allowed.
    public let message: String

    /// States what is wrong.
    public init(key: String, _ message: String) {
        self.key = key
        self.message = message
    }

    /// Key and message.
    public var description: String { "\(key): \(message)" }
}

/// A plug-in: one type that says what its library offers.
///
/// The library exports one C function, ``pluginSymbol``, which returns ``PluginEntry/export(_:)``:
///
/// ```swift
/// @_cdecl("fordring_plugin")
/// public func fordringPlugin() -> UnsafeMutableRawPointer { PluginEntry.export(DenmarkPlugin()) }
/// ```
public protocol Plugin: Sendable {
    /// Says what the plug-in offers; a thrown error refuses the whole plug-in.
    func register(in registry: inout PluginRegistry) throws
}

/// The name of the C function that a plug-in exports.
public let pluginSymbol = "fordring_plugin"

/// The box in which a plug-in crosses the C function.
///
/// The host opens it once.
public final class PluginEntry: Sendable {
    /// The plug-in.
    public let plugin: any Plugin

    private init(_ plugin: any Plugin) { self.plugin = plugin }

    /// Packs a plug-in for the C function to return.
    public static func export(_ plugin: any Plugin) -> UnsafeMutableRawPointer {
        Unmanaged.passRetained(PluginEntry(plugin)).toOpaque()
    }

    /// Unpacks what the C function returned.
    ///
    /// For the host only: the pointer must come from ``export(_:)``.
    public static func open(_ pointer: UnsafeMutableRawPointer) -> PluginEntry {
        Unmanaged<PluginEntry>.fromOpaque(pointer).takeRetainedValue()
    }
}
