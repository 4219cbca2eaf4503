import Database
import DatabaseTesting
import FordringKit
import Testing

@testable import JobQueue

@Suite struct `An allowance` {
    private let queue: TestQueue

    init() throws { queue = try TestQueue() }

    private func limits(_ texts: [String: String]) throws -> [String: RateLimit] {
        try texts.mapValues { try #require(RateLimit($0)) }
    }

    /// How many of ten letters of a channel may go.
    private func taken(_ channel: String, _ texts: [String: String], of wanted: Int = 10, keeping: Bool = true) throws
        -> Int
    {
        let limits = try limits(texts)
        return try queue.write { transaction in
            var allowance = try Allowance(limits, at: queue.now, transaction)
            let count = (0..<wanted).count { _ in allowance.take(channel) }
            if keeping { try allowance.keep(transaction) }
            return count
        }
    }

    @Test func `holds nobody back where there is no limit`() throws {
        #expect(try taken("post", [:]) == 10)
        #expect(try taken("post", ["sms": "10/hour"]) == 10)
        #expect(try queue.read { try $0.all("SELECT channel FROM job_rate") { $0.text(0) } }.isEmpty)
    }

    @Test func `is a tenth of the count at once, then one after another`() throws {
        let limit = ["post": "60/minute"]
        #expect(try taken("post", limit) == 6)
        #expect(try taken("post", limit) == 0)
        queue.wait(1)
        #expect(try taken("post", limit) == 1)
        queue.wait(3600)
        #expect(try taken("post", limit) == 6, "pauses do not add up")
    }

    @Test func `is used by no transaction that keeps nothing of it`() throws {
        #expect(try taken("post", ["post": "60/minute"], keeping: false) == 6)
        #expect(try taken("post", ["post": "60/minute"]) == 6)
    }

    @Test func `counts for all channels together, and for each by itself`() throws {
        let limits = ["post": "20/minute", "all": "40/minute"]
        #expect(try taken("post", limits) == 2)
        #expect(try taken("sms", limits) == 2, "four a burst of all, of which two are gone")
        #expect(try taken("fax", limits) == 0)
    }

    @Test func `takes nothing of a channel's when all together may not`() throws {
        #expect(try taken("sms", ["all": "10/minute"]) == 1)
        #expect(try taken("post", ["post": "10/minute", "all": "10/minute"]) == 0)
        #expect(try taken("post", ["post": "10/minute"]) == 1, "the channel's own was not touched")
    }

    @Test func `says when the next may go`() throws {
        let limits = try limits(["post": "60/minute", "all": "600/minute"])
        try queue.write { transaction in
            var allowance = try Allowance(limits, at: queue.now, transaction)
            #expect(allowance.next("post") == queue.now)
            let taken = (0..<6).count { _ in allowance.take("post") }
            #expect(taken == 6)
            #expect(allowance.next("post") == queue.now.adding(seconds: 1))
            #expect(allowance.next("sms") == queue.now)
            #expect(allowance.most(100, "post") == 0 && allowance.most(100, "sms") == 54)
        }
    }

    @Test func `is shut after a jump back for no longer than a burst takes`() throws {
        #expect(try taken("post", ["post": "60/minute"]) == 6)
        queue.wait(-3600)
        #expect(try taken("post", ["post": "60/minute"]) == 0)
        queue.wait(6)
        #expect(try taken("post", ["post": "60/minute"]) == 6)
    }
}
