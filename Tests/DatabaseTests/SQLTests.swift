import Database
import DatabaseTesting
import FordringKit
import Testing

@Suite struct `A timestamp` {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1, "1970-01-01T00:00:00.001Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (86_399_999, "1970-01-01T23:59:59.999Z"), (86_400_000, "1970-01-02T00:00:00.000Z"),
            (-86_400_000, "1969-12-31T00:00:00.000Z"), (-86_400_001, "1969-12-30T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_767_592_805_067, "2026-01-05T06:00:05.067Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func `is written as RFC 3339 in UTC with milliseconds`(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
    }

    @Test func `of a day and an hour is on that day`() {
        let day = CivilDate(2026, 3, 29)
        #expect(Timestamp(day).description == "2026-03-29T00:00:00.000Z")
        #expect(Timestamp(day, hour: 23).description == "2026-03-29T23:00:00.000Z")
        #expect(Timestamp(day, hour: 23).day == day)
        #expect(Timestamp(day).adding(seconds: -1).day == CivilDate(2026, 3, 28))
        #expect(Timestamp(CivilDate(1969, 12, 31), hour: 5).day == CivilDate(1969, 12, 31))
        #expect(Timestamp(day) < Timestamp(day, hour: 1))
    }

    @Test func `agrees with its day on random instants`() {
        for seed in randomSeeds(7) {
            print("timestamp seed \(seed)")
            var random = SeededGenerator(seed: seed)
            for _ in 0..<1000 {
                let time = Timestamp(
                    milliseconds: .random(in: -11_000_000_000_000...200_000_000_000_000, using: &random))
                #expect(Timestamp(time.day) <= time && time < Timestamp(time.day.adding(days: 1)), "seed \(seed)")
                #expect(time.description.hasPrefix("\(time.day)T"))
            }
        }
    }
}

@Suite struct `A dialect` {
    private let dialect = SQLDialect(
        integer: "BIGINT", bytes: "BYTEA", strict: "", skipLocked: "FOR UPDATE SKIP LOCKED", tableExists: "SELECT 1",
        appendOnly: { ["guard \($0)"] }, growOnly: { ["guard \($0.name)"] })

    @Test func `fills in its fragments and leaves other text alone`() {
        #expect(
            dialect.text("a {integer} b {bytes} c{strict}d {skipLocked}")
                == "a BIGINT b BYTEA cd FOR UPDATE SKIP LOCKED")
        #expect(dialect.text("{integer}{integer}") == "BIGINTBIGINT")
        #expect(
            dialect.text("no fragments, a brace that closes } and æøå") == "no fragments, a brace that closes } and æøå"
        )
        #expect(dialect.text("") == "")
        #expect(dialect.text("an open { brace") == "an open { brace")
    }

    @Test func `stops at a fragment that no dialect has`() async {
        await #expect(processExitsWith: .failure) {
            _ = SQLDialect(
                integer: "", bytes: "", strict: "", skipLocked: "", tableExists: "", appendOnly: { _ in [] },
                growOnly: { _ in [] }
            ).text("CREATE TABLE t (a {boolean})")
        }
    }
}

@Suite struct `A value` {
    @Test func `is stored as day numbers, minor units and flags`() {
        #expect(CivilDate(1970, 1, 2).sqlValue == .integer(1))
        #expect(CivilDate(1969, 12, 31).sqlValue == .integer(-1))
        #expect(true.sqlValue == .integer(1) && false.sqlValue == .integer(0))
        #expect(CaseID(rawValue: 9).sqlValue == .integer(9))
        #expect(Int?.none.sqlValue == .null)
        #expect(String?.some("").sqlValue == .text(""))
        #expect(Timestamp(milliseconds: 5).sqlValue == .integer(5))
    }

    @Test func `is read back by every reader of a row`() throws {
        let database = try TemporaryDatabase(Schema([.counters]))
        let row = try database.read { transaction in
            try transaction.first(
                "SELECT $1, $2, NULL, $3, $4", CivilDate(2026, 2, 28), "æ", true, [UInt8](arrayLiteral: 0, 1)
            ) { row in
                (
                    day: row.date(0), text: row.text(1), isNull: row.isNull(2), flag: row.flag(3), bytes: row.bytes(4),
                    none: row.integerOrNil(2) == nil && row.textOrNil(2) == nil && row.dateOrNil(2) == nil,
                    some: row.integerOrNil(3) == 1 && row.textOrNil(1) == "æ" && row.dateOrNil(0) == row.date(0)
                )
            }
        }
        let found = try #require(row)
        #expect(found.day == CivilDate(2026, 2, 28) && found.text == "æ" && found.isNull && found.flag)
        #expect(found.bytes == [0, 1] && found.none && found.some)
    }
}

@Suite struct `A schema` {
    @Test func `stops at two migrations of one name`() async {
        await #expect(processExitsWith: .failure) {
            _ = Schema([Migration("0001 a", "SELECT 1"), Migration("0001 a", "SELECT 2")])
        }
    }
}
