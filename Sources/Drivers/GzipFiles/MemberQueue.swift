import Foundation

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Compresses chunks on several threads and writes the members in the order of the chunks.
///
/// A thread takes the oldest chunk that nobody has taken; whichever finishes the oldest one writes it, and all that
/// are finished after it. `add`, `finish` and `stop` are called by one thread.
///
/// Unchecked: all that changes is touched under the condition's lock.
final class MemberQueue: @unchecked Sendable {
    /// A chunk on its way.
    private enum Slot {
        case chunk([UInt8])
        case taken
        case member([UInt8])
    }

    private let condition = NSCondition()
    private let descriptor: Int32
    private let path: String
    private let level: Int
    private let capacity: Int
    /// The oldest first; the first `takenCount` have been taken by a thread.
    private var slots: [Slot] = []
    /// The number of the first slot, counted from the beginning of the file.
    private var firstNumber = 0
    private var takenCount = 0
    private var isWriting = false
    private var isEnding = false
    private var threadCount: Int
    private var fault: GzipFault?

    init(_ descriptor: Int32, path: String, level: Int, threads: Int) {
        self.descriptor = descriptor
        self.path = path
        self.level = level
        capacity = threads + 2
        threadCount = threads
        for _ in 0..<threads { Thread.detachNewThread { [self] in work() } }
    }

    /// Adds a chunk; waits while there are too many on their way.
    func add(_ chunk: [UInt8]) throws(GzipFault) {
        condition.lock()
        defer { condition.unlock() }
        while slots.count >= capacity, fault == nil { condition.wait() }
        if let fault { throw fault }
        slots.append(.chunk(chunk))
        condition.broadcast()
    }

    /// Waits until all is written and the threads have ended.
    func finish() throws(GzipFault) {
        condition.lock()
        defer { condition.unlock() }
        isEnding = true
        condition.broadcast()
        while threadCount > 0 { condition.wait() }
        if let fault { throw fault }
    }

    /// Drops what is on its way and waits until the threads have ended.
    func stop() {
        condition.lock()
        defer { condition.unlock() }
        isEnding = true
        slots = []
        takenCount = 0
        fault = fault ?? GzipFault(.closed, "the writer of \(path) is closed already")
        condition.broadcast()
        while threadCount > 0 { condition.wait() }
    }

    /// What each thread does until the end.
    private func work() {
        condition.lock()
        defer {
            threadCount -= 1
            condition.broadcast()
            condition.unlock()
        }
        while fault == nil {
            if takenCount < slots.count {
                compressNext()
            } else if isEnding {
                return
            } else {
                condition.wait()
            }
        }
    }

    /// Called with the lock, which is open while zlib and the disk work.
    private func compressNext() {
        guard case .chunk(let chunk) = slots[takenCount] else { return }
        let number = firstNumber + takenCount
        slots[takenCount] = .taken
        takenCount += 1
        condition.unlock()
        let result = Result { () throws(GzipFault) in try compressMember(chunk, level: level) }
        condition.lock()
        switch result {
        case .success(let member):
            // After a fault nothing is written any more, and the slots may be gone.
            guard fault == nil else { return }
            slots[number - firstNumber] = .member(member)
            writeFinished()
        case .failure(let failure): fail(failure)
        }
    }

    /// Writes the oldest members as far as they are finished, unless another thread is at it, which then goes on.
    private func writeFinished() {
        guard !isWriting else { return }
        isWriting = true
        while fault == nil, case .member(let member)? = slots.first {
            condition.unlock()
            let failure = writeAll(member)
            condition.lock()
            if let failure {
                fail(failure)
            } else if fault == nil {
                slots.removeFirst()
                firstNumber += 1
                takenCount -= 1
                condition.broadcast()
            }
        }
        isWriting = false
    }

    private func fail(_ failure: GzipFault) {
        fault = fault ?? failure
        condition.broadcast()
    }

    private func writeAll(_ bytes: [UInt8]) -> GzipFault? {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                let count = write(descriptor, part.baseAddress, part.count)
                if count > 0 {
                    rest = rest.dropFirst(count)
                } else if errno != EINTR {
                    return GzipFault(.system, systemMessage("write", path))
                }
            }
            return nil
        }
    }
}
