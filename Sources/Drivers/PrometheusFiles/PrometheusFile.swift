#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A file that another program reads while it is written: the reader finds the old one or the new one, whole.
///
/// Made for the textfile collector of Prometheus' node_exporter, which reads `*.prom` in its folder. Each process needs a
/// file of its own.
package struct PrometheusFile: Sendable {
    /// Why the file could not be written.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    package let path: String
    private let registry: PrometheusRegistry

    package init(_ path: String, of registry: PrometheusRegistry) {
        self.path = path
        self.registry = registry
    }

    /// Puts what the registry says into the file's place.
    package func write() throws(Failure) {
        // The collector passes over names that do not end in `.prom`.
        let temporary = "\(path).\(getpid()).tmp"
        guard let file = fopen(temporary, "w") else { throw failure(errno) }
        let text = Array(registry.text.utf8)
        let isWritten = fwrite(text, 1, text.count, file) == text.count
        let code = errno
        guard fclose(file) == 0, isWritten else {
            unlink(temporary)
            throw failure(isWritten ? errno : code)
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw failure(code)
        }
    }

    private func failure(_ code: Int32) -> Failure {
        Failure(description: "The metrics cannot be written to \(path): \(String(cString: strerror(code)))")
    }
}
