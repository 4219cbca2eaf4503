import ArgumentParser
import Database
import FordringKit
import Foundation
import Host
import Logging
import Metrics

/// The command line: parses, calls Host, prints.
@main
struct Fordring: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fordring",
        abstract: "Debt collection for many creditors, provable to each of them.",
        discussion: """
            Exit status: 0 done, 1 refused by a rule, 64 wrong usage, 65 input that cannot be used, 69 something needed is \
            missing, 70 a fault.
            """,
        subcommands: [
            TenantCommand.self, PluginCommand.self, RateCommand.self, ClaimCommand.self, RunCommand.self,
            WorkCommand.self, JobsCommand.self, CaseCommand.self, DisputeCommand.self, HoldCommand.self,
            ForecastCommand.self, PartyCommand.self, PaymentCommand.self, TaskCommand.self, BureauCommand.self,
            LegalCommand.self,
            AuditCommand.self,
            AgencyCommand.self, DemoCommand.self,
        ])

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as HostError {
            complain(error.message, exit: error.code.rawValue)
        } catch let fault as DatabaseFault {
            let code: HostError.Code = fault.code == .cannotOpen || fault.code == .busy ? .unavailable : .fault
            complain(fault.message, exit: code.rawValue)
        } catch {
            exit(withError: error)
        }
    }

    private static func complain(_ message: String, exit status: Int32) -> Never {
        FileHandle.standardError.write(Data("fordring: \(message)\n".utf8))
        Foundation.exit(status)
    }
}

/// How results are printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// The options that every command takes.
struct HostOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The folder that holds everything.", valueName: "dir"))
    var home: String?

    @Option(help: ArgumentHelp("A folder with plug-ins; may be given several times.", valueName: "dir"))
    var plugins: [String] = []

    @Option(help: "How results are printed.")
    var format: OutputFormat = .text

    var homeURL: URL {
        let environment = ProcessInfo.processInfo.environment
        if let path = home ?? environment["FORDRING_HOME"], !path.isEmpty { return URL(filePath: path) }
        return FileManager.default.homeDirectoryForCurrentUser.appending(path: ".fordring")
    }

    /// Where plug-ins are looked for: the options, the home, and the folder beside the program.
    func pluginFolders(_ home: URL) -> [URL] {
        plugins.map { URL(filePath: $0) } + [home.appending(path: "plugins"), InstalledPlugins.folder]
    }

    var actor: Provenance.Actor {
        let environment = ProcessInfo.processInfo.environment
        return .operatorNamed(environment["FORDRING_OPERATOR"] ?? environment["USER"] ?? NSUserName())
    }

    func open(logger: Logger? = nil, metrics: (any MetricsFactory)? = nil) throws -> FordringHost {
        let home = homeURL
        return try FordringHost(
            HostConfiguration(
                home: home, pluginFolders: pluginFolders(home), actor: actor, logger: logger ?? self.logger,
                metrics: metrics))
    }

    /// Says remarks to the person at the terminal.
    var logger: Logger { Logger(label: "fordring") { _ in RemarkHandler() } }

    var printer: Printer { Printer(format: format) }
}

/// Reads arguments, and says what is allowed where one has another form.
enum Parse {
    static func tenant(_ text: String) throws -> TenantID {
        guard let tenant = TenantID(text) else {
            throw ValidationError("'\(text)' is not a tenant: small letters, digits and hyphens, first a letter.")
        }
        return tenant
    }

    static func day(_ text: String) throws -> CivilDate {
        guard let day = CivilDate(iso: text) else {
            throw ValidationError("'\(text)' is not a day that exists, written as 2026-01-31.")
        }
        return day
    }

    /// A day, which stands for its beginning in UTC, or an instant.
    static func time(_ text: String) throws -> Timestamp {
        if let day = CivilDate(iso: text) { return Timestamp(day) }
        for hasFraction in [false, true] {
            let style = Date.ISO8601FormatStyle(includingFractionalSeconds: hasFraction)
            if let date = try? style.parse(text) {
                return Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
            }
        }
        throw ValidationError("'\(text)' is not a time, written as 2026-01-31 or 2026-01-31T12:00:00Z.")
    }
}

/// The option that names a tenant.
struct TenantOption: ParsableArguments {
    @Option(help: ArgumentHelp("The tenant.", valueName: "tenant"), transform: Parse.tenant)
    var tenant: TenantID
}
