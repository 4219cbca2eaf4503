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
        guard let fields = stat(of: process) else { return kill(process, 0) != 0 && errno == ESRCH }
        // One that was killed and that its parent has not asked after is a zombie; a process whose first thread has ended
        // looks like one, and has others.
        let isZombie = fields[Field.state] == "Z" && fields[Field.threads] == "1"
        return isZombie || fields[Field.start] != parts[2]
    }

    /// The machine and, where there are containers, the namespace that process numbers belong to.
    private static let hostName: String = {
        let namespace = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return "\(ProcessInfo.processInfo.hostName)-\(namespace)".replacing(":", with: "-")
    }()

    /// Where in what follows the name a field of stat is; proc(5) numbers them from 3 on.
    private enum Field {
        static let state = 0
        static let threads = 17
        static let start = 19
    }

    /// The start of a process in clock ticks since boot.
    private static func startTime(of process: Int32) -> String? {
        stat(of: process).map { String($0[Field.start]) }
    }

    /// What the kernel says of a process, from its state on.
    private static func stat(of process: Int32) -> [Substring]? {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/stat") else { return nil }
        // The second field is the name in parentheses, and may itself hold spaces and parentheses.
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > Field.start ? fields : nil
    }
}
