import Database
import FordringKit
import JobQueue
import Synchronization
import Testing

@testable import Host

/// Goal: a host keeps few books open however many tenants it has, and opens none of those that have nothing due.
@Suite struct OpenBooksTests {
    @Test func `No more books stay open than the configuration allows, and those closed open again`() throws {
        let test = try TestHome()
        let host = try test.open(openBooksMax: 3)
        let ids = try test.onboard("abcdefgh".map { "\($0)\($0)" }, in: host)
        for round in 1...2 {
            for id in ids {
                try host.enqueue(1, id)
                #expect(try host.states(id) == [.available: round])
                #expect(try test.openBooks().count <= 3)
            }
        }
        // The last are the ones that are open.
        #expect(try test.openBooks() == Set(ids.suffix(3).map(\.rawValue)))
        try host.close()
        #expect(try test.openBooks() == [])
    }

    /// Goal: idle tenants cost nothing, and nothing that is due is forgotten by a restart.
    ///
    /// Method: 300 tenants, one home for all questions, because taking tenants on takes longest. What is open is what
    /// the kernel says.
    @Test func `Of 300 tenants only the books of those with due work are opened`() throws {
        let test = try TestHome()
        var host = try test.open(openBooksMax: 8)
        let ids = try test.onboard((100..<400).map { "t\($0)" }, in: host)
        // Of new tenants nothing is known; the first look tells.
        host.drain(TestHandler(ending: { _ in }), threads: 2)
        try host.close()

        // A worker that runs looks into none of them; that it looks at all is told by another process's job.
        host = try test.open()
        let other = try test.open()
        let open = Mutex<Set<String>>([])
        let signal = Signal()
        let handler = TestHandler(ending: { _ in
            let found = try test.openBooks()
            open.withLock { $0 = found }
            signal.give()
        })
        let worker = Worker(host, Worker.Options(concurrency: 2, drains: false), handlers: [handler])
        worker.start()
        try other.enqueue(1, ids[170])
        try signal.wait()
        worker.stop()
        _ = worker.wait()
        #expect(open.withLock { $0 } == [ids[170].rawValue])
        // A turn that is broken off leaves the calendar as it was, which costs one look.
        host.drain(handler)
        try other.enqueue(1, ids[42], at: test.clock.now().adding(seconds: 3600))
        try other.enqueue(1, ids[43], at: test.clock.now().adding(seconds: 7200))
        try other.close()
        try host.close()

        // A restart finds what has fallen due, and opens nothing else.
        test.clock.set(test.clock.now().adding(seconds: 3600))
        host = try test.open()
        #expect(host.drain(handler)[ids[42]]?.otherDone == 1)
        #expect(try test.openBooks() == [ids[42].rawValue])
        try host.close()

        // With many more tenants at work than books may be open, all are worked for.
        host = try test.open(openBooksMax: 8)
        for id in ids.prefix(200) { try host.enqueue(2, id) }
        let most = Mutex(0)
        let done = Journal<TenantID>()
        let results = host.drain(
            TestHandler(ending: { job in
                done.add(job.tenant)
                let count = try test.openBooks().count
                most.withLock { $0 = max($0, count) }
            }), threads: 2)
        #expect(results.values.allSatisfy { $0.failure == nil })
        #expect(Set(ids.prefix(200)).allSatisfy { id in done.entries.count { $0 == id } >= 2 })
        // Each thread may use books that were put out meanwhile, and open others.
        #expect(most.withLock { $0 } <= 8 + 2 * 2)
        #expect(try test.openBooks().count <= 8)
        try host.close()
    }
}
