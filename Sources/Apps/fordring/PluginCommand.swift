import ArgumentParser
import FordringKit
import Foundation
import Host

struct PluginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "Countries and channels, compiled apart.",
        subcommands: [List.self, Check.self, Law.self, Build.self])

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
        static let configuration = CommandConfiguration(
            abstract: "Open a built plug-in as the host would, and put the law that it brings to the test.",
            discussion: """
                The law of each of its countries is asked about every day of a third of a century and about random cases, \
                with the plug-in's standard settings, and held to the promises of the kit. Exit status 1 where one is not \
                kept; the seed of a finding repeats it.
                """)
        @OptionGroup var options: HostOptions
        @Argument(help: "The folder NAME.fordringplugin.") var path: String
        @Flag(help: "Ask about a sixth of the days and fewer cases.") var quick = false
        @Option(help: ArgumentHelp("What the random cases come from.", valueName: "number")) var seed: UInt64 = 1

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
                let findings: [PluginFinding]
            }
            let manifest = plugin.manifest
            let findings = try plugin.conformance(isQuick: quick, seed: seed)
            try options.printer.print(
                Result(
                    identifier: manifest.identifier, version: manifest.version, kitVersion: manifest.kitVersion,
                    compiler: manifest.compiler, sha256: manifest.sha256, offers: manifest.offers, findings: findings)
            ) {
                let offers = manifest.offers.joined(separator: ", ")
                if findings.isEmpty { return "The plug-in \(plugin.versionedName) is in order and offers \(offers)." }
                let opening =
                    "The plug-in \(plugin.versionedName) can be opened and offers \(offers), but its law does "
                var lines = [opening + "not keep these promises of the kit:"]
                var promise = ""
                for finding in findings {
                    let heading = "\(finding.country): \(finding.promise)"
                    if heading != promise { lines += ["", heading] }
                    promise = heading
                    lines += Wrapped.lines("- \(finding.detail)", indent: 2, hanging: 4)
                }
                return lines.joined(separator: "\n")
            }
            if !findings.isEmpty { throw ExitCode(HostError.Code.refused.rawValue) }
        }
    }

    struct Law: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The rules of a country as a book: figures in force on a day, sources, horizons, doubts.",
            discussion: "Made with the plug-in's standard settings. Lines added with 'fordring rate add' are marked.")
        @OptionGroup var options: HostOptions
        @Argument(help: "The plug-in's identifier or name, or a country's code.") var name: String
        @Option(help: "The day; today otherwise.", transform: Parse.day) var on: CivilDate?
        @Option(help: ArgumentHelp("The plug-in's version; the newest otherwise.", valueName: "version"))
        var pluginVersion: String?
        @Flag(help: "Print Markdown.") var markdown = false

        func run() throws {
            let home = Home(options.homeURL)
            // A book can be read before there is a home; what was added at run time lies in it.
            let hasHome = FileManager.default.fileExists(atPath: home.hostDatabase.path)
            let host = hasHome ? try options.open() : nil
            let set = host?.plugins ?? PluginSet.load(from: options.pluginFolders(options.homeURL)) { _ in }
            let today = Date().ISO8601Format(.iso8601Date(timeZone: .gmt))
            guard let day = on ?? CivilDate(iso: today) else {
                throw HostError(.fault, "The machine's clock says '\(today)', which is no day.")
            }
            let books = try set.lawBooks(named: name, version: pluginVersion, on: day, try host?.lawLines() ?? [])
            try options.printer.print(books) {
                books.map { markdown ? LawBookText(book: $0).markdown : LawBookText(book: $0).text }
                    .joined(separator: "\n\n\n")
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
        @Flag(help: "Name the folder by the version too, so that other versions stay beside it.") var versioned = false
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
                isVersioned: versioned, scratch: scratchPath.map { URL(filePath: $0) })
            struct Result: Encodable { let folder: String }
            try options.printer.print(Result(folder: folder.path)) { "Built \(folder.path)" }
        }
    }
}
