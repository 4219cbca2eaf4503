private import CZip

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Why a zip archive could not be made: one sentence.
package struct ZipFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String

    package var description: String { message }
}

/// A zip archive in memory: the same files give the same bytes, whatever the machine, the hour and its time zone.
///
/// Files lie in the order in which they were added, stored as they are: what compresses well is small, the rest is
/// compressed already, and the bytes do not depend on the version of a compressor. All of them bear one day.
package struct ZipArchive {
    /// A file of the archive.
    package struct File: Sendable {
        package let name: String
        package let bytes: [UInt8]

        package init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// The year, month and day that every file bears; 1980 to 2107, which is what the format knows.
    package private(set) var day: (year: Int, month: Int, day: Int)
    package private(set) var files: [File] = []

    /// Begins an archive.
    package init(dated day: (year: Int, month: Int, day: Int)) { self.day = day }

    /// Reads an archive that ``bytes()`` has made; all its files have the day of the first.
    ///
    /// - Throws: ``ZipFault`` where it is none, or is damaged.
    package init(_ bytes: [UInt8]) throws(ZipFault) {
        // The first file's header stands at the beginning, with its day at the 12th byte; libzip gives an instant of the
        // machine's time zone only.
        guard bytes.count >= 22 else { throw ZipFault(message: "the archive is cut off") }
        let date = Int(bytes[12]) | Int(bytes[13]) << 8
        self.init(dated: (1980 + (date >> 9), date >> 5 & 15, date & 31))
        do {
            try bytes.withUnsafeBytes { buffer in
                var error = zip_error_t()
                zip_error_init(&error)
                defer { zip_error_fini(&error) }
                guard let source = zip_source_buffer_create(buffer.baseAddress, UInt64(buffer.count), 0, &error) else {
                    throw ZipFault(message: "memory is short")
                }
                guard let archive = zip_open_from_source(source, Int32(ZIP_RDONLY | ZIP_CHECKCONS), &error) else {
                    zip_source_free(source)
                    throw ZipFault(
                        message: "the archive cannot be read: \(String(cString: zip_error_strerror(&error)))")
                }
                defer { zip_discard(archive) }
                for index in 0..<UInt64(max(0, zip_get_num_entries(archive, 0))) { try read(index, of: archive) }
            }
        } catch let fault as ZipFault {
            throw fault
        } catch {
            throw ZipFault(message: "the archive cannot be read: \(error)")
        }
    }

    private mutating func read(_ index: UInt64, of archive: OpaquePointer) throws(ZipFault) {
        var status = zip_stat_t()
        guard zip_stat_index(archive, index, 0, &status) == 0, let name = status.name,
            let file = zip_fopen_index(archive, index, 0)
        else { throw ZipFault(message: "file \(index) of the archive cannot be read") }
        defer { zip_fclose(file) }
        var count = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: max(1, Int(status.size))) { buffer, initialized in
            count = Int(zip_fread(file, buffer.baseAddress, status.size))
            initialized = max(0, count)
        }
        // The checksum is compared by the read that finds the end.
        var end: UInt8 = 0
        guard count == Int(status.size), zip_fread(file, &end, 1) == 0 else {
            throw ZipFault(message: "\(String(cString: name)) is damaged in the archive")
        }
        try add(String(cString: name), bytes)
    }

    /// Drops all files but some.
    package mutating func keep(_ names: [String]) { files.removeAll { !names.contains($0.name) } }

    /// Adds a file.
    ///
    /// - Throws: ``ZipFault`` for a name that leads out of the folder in which somebody unpacks it, or is there already.
    package mutating func add(_ name: String, _ bytes: [UInt8]) throws(ZipFault) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard !name.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }),
            name.utf8.allSatisfy({ $0 >= 32 && $0 != 127 && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: ":") })
        else { throw ZipFault(message: "'\(name)' cannot be the name of a file in an archive") }
        guard !files.contains(where: { $0.name == name }) else {
            throw ZipFault(message: "the archive has a file '\(name)' already")
        }
        files.append(File(name, bytes))
    }

    /// The archive.
    ///
    /// - Throws: ``ZipFault`` where memory is short.
    package func bytes() throws(ZipFault) -> [UInt8] {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        guard let target = zip_source_buffer_create(nil, 0, 0, &error) else { throw fault(&error) }
        guard let archive = zip_open_from_source(target, Int32(ZIP_TRUNCATE), &error) else {
            zip_source_free(target)
            throw fault(&error)
        }
        // The archive frees its source when it is closed; the bytes are read after that.
        zip_source_keep(target)
        defer { zip_source_free(target) }
        for file in files {
            guard add(file, to: archive) else {
                let reason = String(cString: zip_strerror(archive))
                zip_discard(archive)
                throw ZipFault(message: "the archive cannot take \(file.name): \(reason)")
            }
        }
        guard zip_close(archive) == 0 else {
            let reason = String(cString: zip_strerror(archive))
            zip_discard(archive)
            throw ZipFault(message: "the archive cannot be made: \(reason)")
        }
        return try read(target)
    }

    private func add(_ file: File, to archive: OpaquePointer) -> Bool {
        // libzip reads it when the archive is closed, and frees it.
        guard let copy = malloc(max(1, file.bytes.count)) else { return false }
        file.bytes.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { memcpy(copy, base, bytes.count) }
        }
        guard let source = zip_source_buffer(archive, copy, UInt64(file.bytes.count), 1) else {
            free(copy)
            return false
        }
        let index = zip_file_add(archive, file.name, source, UInt32(ZIP_FL_ENC_UTF_8))
        guard index >= 0 else {
            zip_source_free(source)
            return false
        }
        let place = UInt64(index)
        let date = UInt16((min(max(day.year, 1980), 2107) - 1980) << 9 | day.month << 5 | day.day)
        return zip_set_file_compression(archive, place, Int32(ZIP_CM_STORE), 0) == 0
            && zip_file_set_dostime(archive, place, 0, date, 0) == 0
            && zip_file_set_external_attributes(archive, place, 0, UInt8(ZIP_OPSYS_UNIX), 0o100644 << 16) == 0
    }

    private func read(_ source: OpaquePointer) throws(ZipFault) -> [UInt8] {
        guard zip_source_open(source) == 0 else { throw ZipFault(message: "the archive cannot be read again") }
        defer { zip_source_close(source) }
        var status = zip_stat_t()
        guard zip_source_stat(source, &status) == 0, status.valid & UInt64(ZIP_STAT_SIZE) != 0 else {
            throw ZipFault(message: "the archive's size is not known")
        }
        var count = -1
        let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.size)) { buffer, initialized in
            guard let base = buffer.baseAddress else { return }
            count = Int(zip_source_read(source, base, status.size))
            initialized = max(0, count)
        }
        guard count == Int(status.size) else { throw ZipFault(message: "the archive cannot be read again") }
        return bytes
    }

    private func fault(_ error: inout zip_error_t) -> ZipFault {
        ZipFault(message: "the archive cannot be begun: \(String(cString: zip_error_strerror(&error)))")
    }
}
