import Foundation

#if canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Who a worker is: unique per start of a process, so that the jobs of one that died can be told from those of one that
/// lives.
enum WorkerIdentity {
    /// `host:process:start`.
    static let current: String = "\(hostName):\(getpid()):\(startTime(of: getpid()) ?? "0")"

    /// Whether an owner is a process of this machine that no longer runs.
    ///
    /// Of other machines nothing is known here; their leases run out.
    static func isDead(_ owner: String) -> Bool {
        let parts = owner.split(separator: ":")
        guard parts.count == 3, parts[0] == hostName, let process = Int32(parts[1]) else { return false }
        // The kernel may hide the processes of other users.
        guard let start = startTime(of: process) else { return kill(process, 0) != 0 && errno == ESRCH }
        return start != parts[2]
    }

    /// The machine and, where there are containers, the namespace that process numbers belong to.
    private static let hostName: String = {
        let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return "\(ProcessInfo.processInfo.hostName)-\(namespace)".replacing(":", with: "-")
    }()

    /// The start of a process in clock ticks since boot, from the kernel (proc(5), field 22 of stat).
    private static func startTime(of process: Int32) -> String? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        // The second field is the name in parentheses, and may itself hold spaces and parentheses.
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? String(fields[19]) : nil
    }
}
