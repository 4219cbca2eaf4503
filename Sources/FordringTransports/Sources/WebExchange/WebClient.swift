import Dispatch
public import FordringKit
import Foundation
import FoundationNetworking
import Synchronization

/// What a server said.
public struct WebAnswer: Sendable {
    /// The status.
    public let status: Int
    /// What came with it.
    public let body: [UInt8]
}

/// Why there is no answer.
public enum WebFailure: Error {
    /// Nothing left the house.
    case notSent
    /// Something may have arrived.
    case lost
    /// There is an answer, longer than any that is taken.
    case tooLong
}

/// One request after the other to one server, each with an end.
///
/// Needs libcurl (libcurl4), through FoundationNetworking.
public struct WebClient: Sendable {
    private let endpoint: URL
    private let token: String
    private let seconds: Int

    /// The most bytes of an answer that are taken.
    public var bytesMax = 64 << 20

    /// Makes a client.
    ///
    /// - Throws: `PluginSettingError` for an address or a token that cannot be used.
    public init(endpoint: String, token: String, seconds: Int) throws(PluginSettingError) {
        guard let parts = URLComponents(string: endpoint), let url = parts.url, let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            throw PluginSettingError(key: "endpoint", "must be an address such as https://bureau.example/api")
        }
        let isHere = ["127.0.0.1", "localhost", "[::1]", "::1"].contains(host)
        guard parts.scheme == "https" || parts.scheme == "http" && isHere else {
            throw PluginSettingError(key: "endpoint", "must begin with https, unless it is this machine")
        }
        guard token.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw PluginSettingError(key: "token", "must be of ASCII signs without spaces")
        }
        self.endpoint = url
        self.token = token
        self.seconds = seconds
    }

    /// An address with a query, in which nothing but letters of ASCII, digits and `-._~` stands as it is.
    private static func address(_ url: URL, _ query: [(name: String, value: String)]) -> URL {
        let plain = CharacterSet(charactersIn: "-._~0123456789")
            .union(CharacterSet(charactersIn: "a"..."z")).union(CharacterSet(charactersIn: "A"..."Z"))
        guard !query.isEmpty, var parts = URLComponents(url: url, resolvingAgainstBaseURL: false) else { return url }
        parts.percentEncodedQuery = query.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: plain) ?? "")"
        }.joined(separator: "&")
        return parts.url ?? url
    }

    /// Asks and waits.
    ///
    /// - Parameters:
    ///   - query: what comes after the path.
    ///   - type: what the body is.
    ///   - headers: more headers.
    /// - Throws: ``WebFailure``.
    public func send(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], key: String? = nil,
        body: [UInt8]? = nil, type: String = "application/json", headers: [String: String] = [:]
    ) throws(WebFailure) -> WebAnswer {
        var request = URLRequest(url: WebClient.address(endpoint.appending(path: path), query))
        request.httpMethod = method
        request.timeoutInterval = TimeInterval(seconds)
        request.setValue("application/json", forHTTPHeaderField: "Accept")
        if !token.isEmpty { request.setValue("Bearer \(token)", forHTTPHeaderField: "Authorization") }
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        if let key { request.setValue(key, forHTTPHeaderField: "Idempotency-Key") }
        if let body {
            request.setValue(type, forHTTPHeaderField: "Content-Type")
            request.httpBody = Data(body)
        }
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = TimeInterval(seconds)
        let exchange = WebExchange(bytesMax: bytesMax)
        let session = URLSession(configuration: configuration, delegate: exchange, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        session.dataTask(with: request).resume()
        return try exchange.wait(seconds: seconds)
    }
}

/// One request under way.
private final class WebExchange: NSObject, URLSessionDataDelegate, Sendable {
    private struct State {
        var body: [UInt8] = []
        var isTooLong = false
        var result: Result<Int, WebFailure>?
    }

    private let bytesMax: Int
    private let state = Mutex(State())
    private let done = DispatchSemaphore(value: 0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// The answer, or none after so many seconds in all: a server that drips a byte now and then is given up, too.
    func wait(seconds: Int) throws(WebFailure) -> WebAnswer {
        if done.wait(timeout: .now() + .seconds(seconds)) == .timedOut { throw .lost }
        let state = state.withLock { $0 }
        if state.isTooLong { throw .tooLong }
        guard let result = state.result else { throw .lost }
        return WebAnswer(status: try result.get(), body: state.body)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = state.withLock { state in
            if state.body.count + data.count > bytesMax {
                state.isTooLong = true
            } else {
                state.body += data
            }
            return state.isTooLong
        }
        if isTooLong { dataTask.cancel() }
    }

    /// Not followed: the token and the batch are for one address.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) { completionHandler(nil) }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let status = (task.response as? HTTPURLResponse)?.statusCode
        let result: Result<Int, WebFailure>
        if let error {
            result = .failure(WebExchange.failure(error))
        } else if let status {
            result = .success(status)
        } else {
            result = .failure(.lost)
        }
        state.withLock { $0.result = result }
        done.signal()
    }

    /// Only what is known to end before the first byte counts as not sent.
    private static func failure(_ error: any Error) -> WebFailure {
        switch (error as? URLError)?.code {
        case .cannotConnectToHost, .cannotFindHost, .dnsLookupFailed, .notConnectedToInternet, .secureConnectionFailed,
            .serverCertificateUntrusted, .serverCertificateHasBadDate, .serverCertificateHasUnknownRoot,
            .serverCertificateNotYetValid:
            .notSent
        default: .lost
        }
    }
}
