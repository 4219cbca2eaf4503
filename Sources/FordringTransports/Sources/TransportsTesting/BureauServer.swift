import Foundation
import Synchronization

/// A bureau on a loopback port for tests, which can be made to answer late, twice, wrongly or not at all.
///
/// It knows the tenant `nordlys-energi` by the token `secret-1`, below `/api`.
///
/// It keeps the promise that the adapter builds on: one key, one effect, and the first receipt for every repetition.
public final class BureauServer: Sendable {
    /// What is done with the next request.
    public typealias Behaviour = LoopbackServer.Behaviour
    /// What a request was.
    public typealias Request = LoopbackServer.Request

    private struct State {
        /// The receipts by key: what had an effect.
        var receipts: [String: String] = [:]
        var registered: [Int64] = []
        var deleted: [Int64] = []
        var answers = ""
        var pages: [String: String] = [:]
        var register: String?
    }

    private let server: LoopbackServer
    private let state: Shared

    /// What the bureau knows, which its threads share.
    private final class Shared: Sendable {
        let state = Mutex(State())
    }

    /// Starts the server.
    ///
    /// - Throws: `POSIXError` where no port can be had.
    public init() throws {
        let state = Shared()
        self.state = state
        server = try LoopbackServer { BureauServer.done($0, state) }
    }

    /// Stops it; nobody can connect any more.
    public func stop() { server.stop() }

    /// The settings of a bureau's plug-in with which it finds this server; it waits one second for an answer.
    public var settings: [String: String] {
        [
            "transport": "http", "endpoint": "http://127.0.0.1:\(server.port)/api", "token": "secret-1",
            "timeoutSeconds": "1",
        ]
    }

    /// Says what is done with the next requests, one each; those after them are answered as they should be.
    public func next(_ behaviours: Behaviour...) { server.next(behaviours) }
    /// Says what is answered when answers are asked for.
    public func set(answers: String) { state.state.withLock { $0.answers = answers } }
    /// Says what is answered when the answers after one are asked for, by its identifier.
    public func set(pages: [String: String]) { state.state.withLock { $0.pages = pages } }
    /// Says what is answered when the register is asked for; `nil` for no register.
    public func set(register: String?) { state.state.withLock { $0.register = register } }
    /// All requests, oldest first.
    public var requests: [Request] { server.requests }
    /// The keys of the batches that had an effect, sorted.
    public var keys: [String] { state.state.withLock { $0.receipts.keys.sorted() } }
    /// The numbers that were registered, in their order.
    public var registered: [Int64] { state.state.withLock { $0.registered } }
    /// The numbers that were deleted, in their order.
    public var deleted: [Int64] { state.state.withLock { $0.deleted } }

    /// Does what was asked.
    private static func done(_ request: Request, _ state: Shared) -> (Int, String) {
        guard request.headers["authorization"] == "Bearer secret-1" else { return (401, "{}") }
        return state.state.withLock { state in
            if request.method == "POST", request.path == "/api/tenants/nordlys-energi/batches" {
                guard let name = request.headers["idempotency-key"], name.hasPrefix("nordlys-energi.") else {
                    return (400, "{}")
                }
                let key = String(name.dropFirst("nordlys-energi.".count))
                if let receipt = state.receipts[key] { return (200, receipt) }
                guard let batch = try? JSONDecoder().decode(Batch.self, from: Data(request.body)), batch.key == key,
                    batch.control.records == batch.registrations.count + batch.deletions.count
                else { return (422, "{}") }
                state.registered += batch.registrations.map(\.number)
                state.deleted += batch.deletions.map(\.number)
                let receipt = """
                    {"key":"\(key)","tenant":"nordlys-energi","reference":"B-\(state.receipts.count + 1)","day":"\(batch.day)",\
                    "registrations":\(batch.registrations.count),"deletions":\(batch.deletions.count),\
                    "sum":"\(batch.control.sum)"}
                    """
                state.receipts[key] = receipt
                return (201, receipt)
            }
            if request.method == "GET", request.path.hasPrefix("/api/tenants/nordlys-energi/batches/") {
                let receipt = state.receipts[
                    String(request.path.dropFirst("/api/tenants/nordlys-energi/batches/".count))]
                return receipt.map { (200, $0) } ?? (404, "{}")
            }
            if request.method == "GET", request.path == "/api/tenants/nordlys-energi/answers" {
                return (200, state.answers)
            }
            let after = "/api/tenants/nordlys-energi/answers?after="
            if request.method == "GET", request.path.hasPrefix(after),
                let page = state.pages[request.path.dropFirst(after.count).removingPercentEncoding ?? ""]
            {
                return (200, page)
            }
            if request.method == "GET", request.path == "/api/tenants/nordlys-energi/register" {
                return state.register.map { (200, $0) } ?? (204, "")
            }
            return (405, "{}")
        }
    }

    private struct Batch: Decodable {
        struct Line: Decodable { var number: Int64 }
        struct Control: Decodable {
            var records: Int
            var sum: String
        }
        var key: String
        var day: String
        var registrations: [Line]
        var deletions: [Line]
        var control: Control
    }
}
