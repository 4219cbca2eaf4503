import ArgumentParser
import FordringKit
import Foundation
import Host

struct PluginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "Countries and channels, compiled apart.",
        subcommands: [List.self, Check.self, Build.self])

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The plug-ins in use, and those refused and why.")
        @OptionGroup var options: HostOptions

        func run() throws {
            let set = PluginSet.load(from: options.pluginFolders(options.homeURL)) { _ in }
            struct Line: Encodable {
                let identifier: String
                let version: String?
                let offers: [String]
                let folder: String?
                let refusal: String?
            }
            let lines =
                set.loaded.map {
                    Line(
                        identifier: $0.manifest.identifier, version: $0.manifest.version, offers: $0.manifest.offers,
                        folder: $0.folder.path, refusal: nil)
                }
                + set.refused.map {
                    Line(identifier: $0.identifier, version: nil, offers: [], folder: nil, refusal: $0.refusal.message)
                }
            try options.printer.print(lines) {
                if lines.isEmpty { return "No plug-ins found. 'fordring plugin build DIR' makes one from a package." }
                var table = Table(("plug-in", .left), ("version", .left), ("offers", .left))
                table.rows = set.loaded.map {
                    [$0.manifest.identifier, $0.manifest.version, $0.manifest.offers.joined(separator: ", ")]
                }
                return ([table.text] + set.refused.map { "refused: \($0.refusal.message)" }).joined(separator: "\n")
            }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Open a built plug-in as the host would.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The folder NAME.fordringplugin.") var path: String

        func run() throws {
            let plugin: LoadedPlugin
            do throws(PluginRefusal) {
                plugin = try PluginLoader.open(URL(filePath: path))
            } catch {
                throw HostError(.refused, error.message)
            }
            struct Result: Encodable {
                let identifier: String
                let version: String
                let kitVersion: String
                let compiler: String
                let sha256: String
                let offers: [String]
            }
            let manifest = plugin.manifest
            try options.printer.print(
                Result(
                    identifier: manifest.identifier, version: manifest.version, kitVersion: manifest.kitVersion,
                    compiler: manifest.compiler, sha256: manifest.sha256, offers: manifest.offers)
            ) {
                "The plug-in \(plugin.versionedName) is in order and offers \(manifest.offers.joined(separator: ", "))."
            }
        }
    }

    struct Build: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a plug-in's folder from its package, ready to be loaded.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The folder of the package, with Package.swift and plugin.json.") var package: String
        @Option(help: ArgumentHelp("Where to put it; the home's plug-ins otherwise.", valueName: "dir"))
        var output: String?
        @Option(help: "release or debug.") var configuration = "release"
        @Option(help: ArgumentHelp("Where the build keeps its files.", valueName: "dir")) var scratchPath: String?

        func validate() throws {
            guard ["release", "debug"].contains(configuration) else {
                throw ValidationError("--configuration is 'release' or 'debug'")
            }
        }

        func run() throws {
            let output = output.map { URL(filePath: $0) } ?? options.homeURL.appending(path: "plugins")
            let folder = try PluginBuilder.build(
                package: URL(filePath: package), into: output, configuration: configuration,
                scratch: scratchPath.map { URL(filePath: $0) })
            struct Result: Encodable { let folder: String }
            try options.printer.print(Result(folder: folder.path)) { "Built \(folder.path)" }
        }
    }
}
