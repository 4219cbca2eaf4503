import Crypto
import FordringKit
package import Foundation
import Tenancy

/// Makes a plug-in's folder from its package, the same way for ours and for a partner's.
package enum PluginBuilder {
    /// Builds a package and puts library and manifest into `<identifier>.fordringplugin` below a folder, or, to stand
    /// beside other versions, into `<identifier>-<version>.fordringplugin`.
    ///
    /// The folder is made under another name and renamed, so that a host never sees half of it.
    ///
    /// - Parameters:
    ///   - configuration: `release` or `debug`.
    ///   - scratch: where the build may keep its files; `.build` of the package when `nil`.
    /// - Returns: the folder.
    package static func build(
        package folder: URL, into output: URL, configuration: String, isVersioned: Bool = false, scratch: URL? = nil
    ) throws -> URL {
        let sourceFile = folder.appending(path: PluginManifest.fileName)
        guard let data = FileManager.default.contents(atPath: sourceFile.path) else {
            throw HostError(
                .badInput,
                "\(folder.path) has no \(PluginManifest.fileName). It says identifier, name, version, product and offers."
            )
        }
        let source: PluginSource
        do {
            source = try JSONDecoder().decode(PluginSource.self, from: data)
        } catch {
            throw HostError(
                .badInput,
                "\(sourceFile.path) must be JSON with the keys identifier, name, version, product and offers.")
        }
        guard !source.identifier.isEmpty,
            source.identifier.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") })
        else {
            throw HostError(
                .badInput,
                "\(sourceFile.path): the identifier '\(source.identifier)' must be small letters, digits and hyphens.")
        }
        guard VersionOrder.isVersion(source.version) else {
            throw HostError(
                .badInput,
                "\(sourceFile.path): the version '\(source.version)' must be numbers with points between, such as 1.4.0."
            )
        }
        var arguments = ["build", "--package-path", folder.path, "-c", configuration, "--product", source.product]
        if let scratch { arguments += ["--scratch-path", scratch.path] }
        let compiler = try compilerVersion()
        guard compiler == KitVersion.compiler else {
            throw HostError(
                .unavailable,
                "The Swift on the PATH is \(compiler), and this host was built with \(KitVersion.compiler). "
                    + "Put that one on the PATH, or build fordring again.")
        }
        _ = try swift(arguments, showOutput: true)
        let binaries = try swift(arguments + ["--show-bin-path"], showOutput: false)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let libraryName = "lib\(source.product).so"
        let library = URL(filePath: binaries).appending(path: libraryName)
        guard let bytes = FileManager.default.contents(atPath: library.path) else {
            throw HostError(
                .badInput,
                "The package builds no \(libraryName). Its product '\(source.product)' must be a library of type .dynamic."
            )
        }
        let manifest = PluginManifest(
            identifier: source.identifier, name: source.name, version: source.version, kitVersion: KitVersion.text,
            compiler: compiler, library: libraryName, sha256: SHA256.hash(data: bytes).hex,
            offers: source.offers.sorted())
        return try write(manifest, library: bytes, into: output, isVersioned: isVersioned)
    }

    /// Writes a plug-in's folder.
    ///
    /// - Parameter isVersioned: whether the folder is named by the version too, so that others stay beside it.
    /// - Throws: ``HostError`` `refused` where another folder holds the plug-in in the same version: both would be refused.
    package static func write(
        _ manifest: PluginManifest, library: Data, into output: URL, isVersioned: Bool = false
    ) throws -> URL {
        let files = FileManager.default
        let name = isVersioned ? "\(manifest.identifier)-\(manifest.version)" : manifest.identifier
        let target = output.appending(path: name + PluginManifest.folderSuffix)
        for other in (try? files.contentsOfDirectory(atPath: output.path)) ?? []
        where other.hasSuffix(PluginManifest.folderSuffix) && other != target.lastPathComponent {
            let file = output.appending(path: other).appending(path: PluginManifest.fileName)
            guard let data = files.contents(atPath: file.path),
                let known = try? JSONDecoder().decode(PluginManifest.self, from: data),
                known.identifier == manifest.identifier, known.version == manifest.version
            else { continue }
            throw HostError(
                .refused,
                "The plug-in \(manifest.identifier) \(manifest.version) is there already as \(other). Remove that folder, "
                    + "or \(isVersioned ? "leave --versioned out" : "build with --versioned") to replace it.")
        }
        let temporary = output.appending(path: ".\(manifest.identifier).\(ProcessInfo.processInfo.processIdentifier)")
        do {
            try files.createDirectory(at: output, withIntermediateDirectories: true)
            if files.fileExists(atPath: temporary.path) { try files.removeItem(at: temporary) }
            try files.createDirectory(at: temporary, withIntermediateDirectories: false)
            try library.write(to: temporary.appending(path: manifest.library))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(manifest).write(to: temporary.appending(path: PluginManifest.fileName))
            if files.fileExists(atPath: target.path) { try files.removeItem(at: target) }
            try files.moveItem(at: temporary, to: target)
        } catch {
            throw HostError(
                .unavailable, "The plug-in cannot be written to \(output.path): \(error.localizedDescription)")
        }
        return target
    }

    /// The version of the compiler on the PATH, as ``KitVersion/compiler`` writes it.
    package static func compilerVersion() throws -> String {
        let text = try swift(["--version"], showOutput: false)
        guard let range = text.range(of: "Swift version ") else {
            throw HostError(.unavailable, "'swift --version' does not say which Swift it is: \(text)")
        }
        return String(text[range.upperBound...].prefix { $0.isNumber || $0 == "." })
    }

    private static func swift(_ arguments: [String], showOutput: Bool) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["swift"] + arguments
        let pipe = Pipe()
        process.standardOutput = showOutput ? FileHandle.standardError : pipe
        process.standardError = showOutput ? FileHandle.standardError : FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw HostError(
                .unavailable, "Swift cannot be started. Install Swift \(KitVersion.compiler) and put it on the PATH.")
        }
        let output = showOutput ? Data() : pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw HostError(
                .badInput,
                "'swift \(arguments.joined(separator: " "))' ended with status \(process.terminationStatus); see above."
            )
        }
        return String(decoding: output, as: UTF8.self)
    }
}
