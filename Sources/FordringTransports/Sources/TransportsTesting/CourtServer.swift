import Foundation
import Synchronization

/// A court on a loopback port for tests, which can be made to answer late, twice, wrongly or not at all.
///
/// It knows one tenant by the token `secret-1`, below `/api`. It keeps the promise that the adapter builds on: one key, one
/// effect, and the first receipt for every repetition.
public final class CourtServer: Sendable {
    /// What is done with the next request.
    public typealias Behaviour = LoopbackServer.Behaviour
    /// What a request was.
    public typealias Request = LoopbackServer.Request

    /// What the court has been given and says, which its threads share.
    private final class Files: Sendable {
        struct Filing {
            var receipt: String
            var sha256: String
            var package: [UInt8]
        }

        let filings = Mutex<[String: Filing]>([:])
        let answers = Mutex<[(identifier: String, line: String)]>([])
    }

    private let server: LoopbackServer
    private let files: Files

    /// Starts the court of a tenant.
    ///
    /// - Throws: `POSIXError` where no port can be had.
    public init(tenant: String = "acme") throws {
        let files = Files()
        self.files = files
        server = try LoopbackServer { CourtServer.done($0, tenant, files) }
    }

    /// Stops it; nobody can connect any more.
    public func stop() { server.stop() }

    /// The settings with which a plug-in finds this court; it waits one second for an answer.
    public var settings: [String: String] {
        [
            "filing": "http", "endpoint": "http://127.0.0.1:\(server.port)/api", "token": "secret-1",
            "timeoutSeconds": "1",
        ]
    }

    /// Says what is done with the next requests, one each; those after them are answered as they should be.
    public func next(_ behaviours: Behaviour...) { server.next(behaviours) }
    /// All requests, oldest first.
    public var requests: [Request] { server.requests }
    /// The packages that were filed, by key.
    public var packages: [String: [UInt8]] { files.filings.withLock { $0.mapValues(\.package) } }
    /// The identifiers of the answers that nobody has acknowledged.
    public var unread: [String] { files.answers.withLock { $0.map(\.identifier) } }

    /// Has the court answer a hand-off; the same identifier again makes the answer come twice.
    public func answer(_ identifier: String, _ number: Int64, _ state: String, on day: String, _ text: String = "") {
        let line = #"""
            {"identifier":"\#(identifier)","number":\#(number),"on":"\#(day)","state":"\#(state)","text":"\#(text)"}
            """#
        files.answers.withLock { $0.append((identifier, line)) }
    }

    private struct Acknowledgement: Decodable {
        var tenant: String
        var identifiers: [String]
    }

    /// Does what was asked.
    private static func done(_ request: Request, _ tenant: String, _ files: Files) -> (status: Int, body: String) {
        guard request.headers["authorization"] == "Bearer secret-1" else { return (401, "{}") }
        let root = "/api/tenants/\(tenant)/"
        switch (request.method, request.path) {
        case ("POST", root + "filings"):
            guard let name = request.headers["idempotency-key"], name.hasPrefix("\(tenant)."),
                let number = request.headers["filing-number"], let day = request.headers["filing-day"],
                let sha256 = request.headers["filing-sha256"], !request.body.isEmpty
            else { return (400, "{}") }
            let key = String(name.dropFirst(tenant.count + 1))
            return files.filings.withLock { filings in
                if let known = filings[key] { return known.sha256 == sha256 ? (200, known.receipt) : (409, "{}") }
                let receipt = #"""
                    {"key":"\#(key)","tenant":"\#(tenant)","number":\#(number),"reference":"C-\#(filings.count + 1)","day":"\#(day)",\#
                    "sha256":"\#(sha256)"}
                    """#
                filings[key] = Files.Filing(receipt: receipt, sha256: sha256, package: request.body)
                return (201, receipt)
            }
        case ("GET", let path) where path.hasPrefix(root + "filings/"):
            let key = String(path.dropFirst(root.count + "filings/".count))
            return files.filings.withLock { $0[key].map { (200, $0.receipt) } ?? (404, "{}") }
        case ("GET", root + "answers"):
            let lines = files.answers.withLock { $0.map(\.line).joined(separator: ",") }
            return (200, #"{"tenant":"\#(tenant)","answers":[\#(lines)]}"#)
        case ("POST", root + "acknowledgements"):
            guard let read = try? JSONDecoder().decode(Acknowledgement.self, from: Data(request.body)),
                read.tenant == tenant
            else { return (422, "{}") }
            files.answers.withLock { answers in answers.removeAll { read.identifiers.contains($0.identifier) } }
            return (204, "")
        default: return (405, "{}")
        }
    }
}
