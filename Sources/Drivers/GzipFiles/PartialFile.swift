#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A file or a folder under a temporary name, which gets its own name when it is whole.
///
/// It lies beside its place as `NAME.NUMBER.partial`, and a lock on it says that its process lives: whoever begins one
/// for the same place clears away what dead processes have left.
package final class PartialFile {
    /// Where it will be.
    package let path: String
    package let temporaryPath: String
    private let isFolder: Bool
    /// Open and locked; -1 once it has its name or is gone.
    package private(set) var descriptor: Int32

    /// Begins a file, or a folder.
    package init(_ path: String, isFolder: Bool = false) throws(GzipFault) {
        var end = path.endIndex
        while end > path.startIndex, path[path.index(before: end)] == "/" { end = path.index(before: end) }
        self.path = String(path[..<end])
        self.isFolder = isFolder
        PartialFile.clear(self.path, isFolder: isFolder)
        for number in 0..<1000 {
            let candidate = "\(self.path).\(getpid())-\(number).partial"
            guard let descriptor = try PartialFile.create(candidate, isFolder: isFolder) else { continue }
            temporaryPath = candidate
            self.descriptor = descriptor
            return
        }
        throw GzipFault(.system, "cannot create \(path): remove the old files that end in .partial beside it")
    }

    deinit { discard() }

    /// Syncs it, gives it its name and syncs the folder; after a failure it is gone.
    package func finish() throws(GzipFault) {
        guard descriptor >= 0 else { throw GzipFault(.closed, "\(path) is closed already") }
        // A folder's files are many: one sync of everything, which Linux waits for, is faster than one of each.
        if isFolder { sync() }
        guard fsync(descriptor) == 0 else {
            let fault = GzipFault(.system, systemMessage("sync", path))
            discard()
            throw fault
        }
        guard rename(temporaryPath, path) == 0 else {
            let fault = GzipFault(.system, systemMessage("write", path))
            discard()
            throw fault
        }
        close(descriptor)
        descriptor = -1
        try PartialFile.syncFolder(of: path)
    }

    /// Removes it, unless it has its name already.
    package func discard() {
        guard descriptor >= 0 else { return }
        PartialFile.remove(temporaryPath, isFolder: isFolder)
        close(descriptor)
        descriptor = -1
    }

    /// Creates and locks; `nil` where the name is taken.
    private static func create(_ path: String, isFolder: Bool) throws(GzipFault) -> Int32? {
        if isFolder, mkdir(path, 0o750) != 0 {
            if errno == EEXIST { return nil }
            throw GzipFault(.system, systemMessage("create", path))
        }
        let flags = isFolder ? O_RDONLY | O_DIRECTORY | O_CLOEXEC : O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = open(path, flags, 0o640)
        guard descriptor >= 0 else {
            if errno == EEXIST || errno == EINTR { return nil }
            throw GzipFault(.system, systemMessage("create", path))
        }
        // Between the two calls another process may have taken it for one that was left behind.
        var status = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Removes what processes that no longer live have left of this file.
    private static func clear(_ path: String, isFolder: Bool) {
        let folder = folder(of: path)
        guard let listing = opendir(folder) else { return }
        defer { closedir(listing) }
        let prefix = (path.split(separator: "/").last.map(String.init) ?? "") + "."
        var leftovers: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let middle = name.dropFirst(prefix.count).dropLast(".partial".count)
            guard name.hasPrefix(prefix), name.hasSuffix(".partial"), !middle.isEmpty,
                middle.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "-") })
            else { continue }
            leftovers.append("\(folder)/\(name)")
        }
        for leftover in leftovers {
            let descriptor = open(leftover, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
            guard descriptor >= 0 else { continue }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { remove(leftover, isFolder: isFolder) }
            close(descriptor)
        }
    }

    /// Removes a file, or a folder with all that is in it; what cannot be removed stays.
    private static func remove(_ path: String, isFolder: Bool) {
        guard isFolder, let listing = opendir(path) else {
            unlink(path)
            return
        }
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            let inside = "\(path)/\(name)"
            // What is not a folder is refused by the one and removed by the other.
            if unlink(inside) != 0 { remove(inside, isFolder: true) }
        }
        closedir(listing)
        rmdir(path)
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    }

    /// Makes a rename survive a loss of power.
    private static func syncFolder(of path: String) throws(GzipFault) {
        let folder = folder(of: path)
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw GzipFault(.system, systemMessage("open", folder)) }
        defer { close(descriptor) }
        // A file system that cannot sync a folder says EINVAL; there is nothing more to do then.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw GzipFault(.system, systemMessage("sync", folder)) }
    }
}

/// What the system said last, as a sentence that says what to do.
func systemMessage(_ verb: String, _ path: String) -> String {
    let code = errno
    let advice =
        switch code {
        case ENOSPC, EDQUOT: ": free space there, or choose another place, and repeat it; no half file was left"
        case EFBIG: ": the limit for one file's size is reached"
        default: ""
        }
    return "cannot \(verb) \(path): \(String(cString: strerror(code)))\(advice)"
}
