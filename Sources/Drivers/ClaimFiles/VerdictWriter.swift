package import FordringKit
package import Intake

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Writes what became of every row of a file of claims, as a CSV file (RFC 4180, UTF-8) beside it.
///
/// The file appears under its name, `<input>.verdicts.csv`, when it is whole, and replaces an older one. A writer that is
/// dropped before ``close()`` leaves nothing behind.
package final class VerdictWriter {
    /// What became of a row.
    package enum Verdict: String, Sendable, Hashable, CaseIterable {
        case accepted
        case duplicate
        case refused
    }

    /// The header.
    package static let columns = ["line", "reference", "verdict", "case", "reason"]

    /// Where the file will be.
    package let path: String
    private let temporaryPath: String
    private let delimiter: UInt8
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferSize = 64 << 10

    /// Begins the file.
    ///
    /// - Parameters:
    ///   - input: the path of the file of claims.
    ///   - delimiter: between two fields; RFC 4180 says a comma, the tenant's spreadsheet may want its own.
    /// - Throws: ``ClaimFileFault`` when it cannot be created.
    package init(besides input: String, delimiter: CSVOptions.Delimiter = .comma) throws(ClaimFileFault) {
        path = input + ".verdicts.csv"
        self.delimiter = delimiter.rawValue
        var created: (path: String, descriptor: Int32)?
        for attempt in 0..<100 {
            let candidate = "\(path).\(getpid())-\(attempt).partial"
            let descriptor = open(candidate, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
            if descriptor >= 0 {
                created = (candidate, descriptor)
                break
            }
            guard errno == EEXIST || errno == EINTR else { throw VerdictWriter.fault("create", path) }
        }
        guard let created else {
            throw ClaimFileFault("cannot create \(path): remove the old files that end in .partial beside it")
        }
        temporaryPath = created.path
        descriptor = created.descriptor
        buffer.reserveCapacity(VerdictWriter.bufferSize + 4096)
        append(VerdictWriter.columns)
    }

    deinit { discard() }

    /// Adds the verdict on one row.
    ///
    /// - Parameters:
    ///   - line: as in ``IncomingRow/line``.
    ///   - reference: the creditor's; empty where it could not be read.
    ///   - verdict: what became of it.
    ///   - caseID: the case that it went to, if any.
    ///   - reason: why it was refused, or anything that the creditor should know; may be empty.
    package func write(
        line: Int, reference: String, _ verdict: Verdict, case caseID: CaseID? = nil, reason: String = ""
    ) throws(ClaimFileFault) {
        guard descriptor >= 0 else { throw ClaimFileFault("the writer of \(path) is closed already") }
        append([String(line), reference, verdict.rawValue, caseID.map(\.description) ?? "", reason])
        if buffer.count >= VerdictWriter.bufferSize { try flush() }
    }

    /// All faults of a row as one reason.
    package static func reason(_ faults: RowFaults) -> String {
        faults.faults.map(\.description).joined(separator: "; ")
    }

    /// Finishes the file: syncs it, gives it its name and syncs the folder.
    ///
    /// After a failure the file is not there, and the writer is closed.
    package func close() throws(ClaimFileFault) {
        guard descriptor >= 0 else { throw ClaimFileFault("the writer of \(path) is closed already") }
        do throws(ClaimFileFault) {
            try flush()
            guard fsync(descriptor) == 0 else { throw VerdictWriter.fault("sync", temporaryPath) }
        } catch {
            discard()
            throw error
        }
        let closed = systemClose(descriptor)
        descriptor = -1
        guard closed == 0, rename(temporaryPath, path) == 0 else {
            let fault = VerdictWriter.fault("write", path)
            unlink(temporaryPath)
            throw fault
        }
        // The rename itself survives a loss of power only once the folder is synced.
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let folderDescriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard folderDescriptor >= 0 else { throw VerdictWriter.fault("open", folder) }
        defer { _ = systemClose(folderDescriptor) }
        guard fsync(folderDescriptor) == 0 || errno == EINVAL else { throw VerdictWriter.fault("sync", folder) }
    }

    /// Ends without a file.
    package func discard() {
        guard descriptor >= 0 else { return }
        _ = systemClose(descriptor)
        descriptor = -1
        unlink(temporaryPath)
    }

    private func append(_ fields: [String]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { buffer.append(delimiter) }
            let utf8 = field.utf8
            let needsQuotes = utf8.contains { byte in
                byte == delimiter || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\n")
                    || byte == UInt8(ascii: "\r")
            }
            if needsQuotes {
                buffer.append(UInt8(ascii: "\""))
                for byte in utf8 {
                    if byte == UInt8(ascii: "\"") { buffer.append(byte) }
                    buffer.append(byte)
                }
                buffer.append(UInt8(ascii: "\""))
            } else {
                buffer.append(contentsOf: utf8)
            }
        }
        buffer.append(UInt8(ascii: "\r"))
        buffer.append(UInt8(ascii: "\n"))
    }

    private func flush() throws(ClaimFileFault) {
        var offset = 0
        while offset < buffer.count {
            let count = buffer.withUnsafeBytes { systemWrite(descriptor, $0[offset...]) }
            if count > 0 {
                offset += count
            } else if errno != EINTR {
                throw VerdictWriter.fault("write", temporaryPath)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func fault(_ verb: String, _ path: String) -> ClaimFileFault {
        let code = errno
        return ClaimFileFault("cannot \(verb) \(path): \(String(cString: strerror(code)))")
    }
}

// The functions of C have names that the methods above shadow.

private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }

private func systemWrite(_ descriptor: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
    let part = UnsafeRawBufferPointer(rebasing: bytes)
    return write(descriptor, part.baseAddress, part.count)
}
