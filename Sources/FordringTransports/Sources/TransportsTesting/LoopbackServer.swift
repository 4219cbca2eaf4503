import Foundation
import Glibc
import Synchronization

/// A server of HTTP on a loopback port for tests, which can be made to answer late, wrongly or not at all.
public final class LoopbackServer: Sendable {
    /// What is done with the next request.
    public enum Behaviour: Sendable {
        /// Answers as it should.
        case answer
        /// Does what was asked, and closes the connection without a word.
        case loseAnswer
        /// Does what was asked, and says nothing until the other side gives up.
        case stayOpen
        /// Does what was asked, and breaks off in the middle of the answer.
        case breakOff
        /// Closes the connection before anything was done.
        case drop
        /// Answers with a status and a body, and does nothing.
        case say(Int, String)
        /// Does what was asked, and answers with another status and body.
        case doAndSay(Int, String)
    }

    /// What a request was.
    public struct Request: Sendable {
        /// `GET` or `POST`.
        public fileprivate(set) var method = ""
        /// The path, with the slash before it.
        public fileprivate(set) var path = ""
        /// The headers, their names in small letters.
        public fileprivate(set) var headers: [String: String] = [:]
        /// What was sent.
        public fileprivate(set) var body: [UInt8] = []
    }

    private struct State {
        var behaviours: [Behaviour] = []
        var requests: [Request] = []
        var open: Set<Int32> = []
    }

    /// Does what was asked, and gives status and body.
    private let done: @Sendable (Request) -> (status: Int, body: String)
    private let socket: Int32
    /// The port.
    public let port: UInt16
    private let state = Mutex(State())

    /// Starts the server.
    ///
    /// - Throws: `POSIXError` where no port can be had.
    public init(_ done: @escaping @Sendable (Request) -> (status: Int, body: String)) throws {
        self.done = done
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(socket, pointer, length) == 0 && listen(socket, 16) == 0
                    && getsockname(socket, pointer, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.socket = socket
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(socket, nil, nil)
                if connection < 0 {
                    // Closed here and not in `stop`: closed elsewhere, its number could be another server's by now.
                    close(socket)
                    return
                }
                state.withLock { _ = $0.open.insert(connection) }
                Thread.detachNewThread { [self] in
                    serve(connection)
                    // Closed under the lock, so that `stop` shuts no number down that is another's by then.
                    state.withLock { state in
                        state.open.remove(connection)
                        _ = close(connection)
                    }
                }
            }
        }
    }

    /// Stops it; nobody can connect any more.
    public func stop() {
        shutdown(socket, Int32(SHUT_RDWR))
        state.withLock { state in for connection in state.open { shutdown(connection, Int32(SHUT_RDWR)) } }
    }

    /// Says what is done with the next requests, one each; those after them are answered as they should be.
    public func next(_ behaviours: [Behaviour]) { state.withLock { $0.behaviours += behaviours } }
    /// All requests, oldest first.
    public var requests: [Request] { state.withLock { $0.requests } }

    private func serve(_ connection: Int32) {
        guard let request = LoopbackServer.read(connection) else { return }
        let behaviour = state.withLock { state in
            state.requests.append(request)
            return state.behaviours.isEmpty ? .answer : state.behaviours.removeFirst()
        }
        switch behaviour {
        case .drop: return
        case .say(let status, let body): LoopbackServer.write(connection, status, body)
        case .doAndSay(let status, let body):
            _ = done(request)
            LoopbackServer.write(connection, status, body)
        case .answer:
            let (status, body) = done(request)
            LoopbackServer.write(connection, status, body)
        case .loseAnswer: _ = done(request)
        case .breakOff:
            let (status, body) = done(request)
            LoopbackServer.write(connection, status, body, length: body.utf8.count + 10)
        case .stayOpen:
            _ = done(request)
            var byte: UInt8 = 0
            _ = Glibc.read(connection, &byte, 1)
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                var request = Request()
                let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
                let words = lines[0].split(separator: " ")
                guard words.count == 3 else { return nil }
                (request.method, request.path) = (String(words[0]), String(words[1]))
                for line in lines.dropFirst() {
                    guard let colon = line.firstIndex(of: ":") else { continue }
                    request.headers[line[..<colon].lowercased()] =
                        line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                }
                let body = bytes.dropFirst(text[..<end.upperBound].utf8.count)
                if body.count >= Int(request.headers["content-length"] ?? "0") ?? 0 {
                    request.body = Array(body)
                    return request
                }
            }
            let count = Glibc.read(connection, &buffer, buffer.count)
            if count <= 0 { return nil }
            bytes += buffer[..<count]
        }
    }

    private static func write(_ connection: Int32, _ status: Int, _ body: String, length: Int? = nil) {
        let location = (300..<400).contains(status) ? "Location: http://127.0.0.1:1/elsewhere\r\n" : ""
        let text =
            "HTTP/1.1 \(status) Said\r\nContent-Length: \(length ?? body.utf8.count)\r\n\(location)Connection: close\r\n\r\n"
            + body
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
    }
}
