import BureauExchange
import FordringKit

/// Records as the tests write them: words between bars, with a line `end` that adds up.
struct LineFormat: RecordFormat {
    let tenant: TenantID

    var suffix: String { "txt" }

    /// A file of records, with its first and last line.
    static func file(_ content: String, key: String = "", _ records: [[String]], _ totals: BatchTotals) -> [UInt8] {
        let first = [content, key, Sample.day.description, Sample.tenant.rawValue]
        let last = [
            "end", String(totals.registrations), String(totals.deletions), String(totals.sum),
            String(totals.numberTotal),
        ]
        return Array(([first] + records + [last]).map { $0.joined(separator: "|") + "\n" }.joined().utf8)
    }

    /// The records of a file, the first and the last line among them.
    private func records(_ bytes: [UInt8], _ content: String) throws(RecordError) -> [[String]] {
        guard bytes.last == UInt8(ascii: "\n") else { throw RecordError(1, "it is torn") }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: "|", omittingEmptySubsequences: false).map { String($0) }
        }
        guard lines[0].count == 4, lines[0][0] == content, lines[0][3] == tenant.rawValue else {
            throw RecordError(1, "it is no file of this tenant's with such a content")
        }
        guard let last = lines.last, last.count == 5, last[0] == "end" else {
            throw RecordError(lines.count, "it breaks off")
        }
        return lines
    }

    private func totals(_ last: [String]) -> BatchTotals {
        BatchTotals(
            registrations: Int(last[1]) ?? -1, deletions: Int(last[2]) ?? -1, sum: Int64(last[3]) ?? -1,
            numberTotal: Int64(last[4]) ?? -1)
    }

    func bytes(of batch: CheckedBatch) -> [UInt8] {
        LineFormat.file(
            "batch", key: batch.key,
            batch.registrations.map {
                ["registration", "\($0.number)", $0.nationalID, $0.name, "\($0.amount.minorUnits)"]
                    + $0.addressLines
            } + batch.deletions.map { ["deletion", "\($0.number)"] }, batch.totals)
    }

    func proof(_ bytes: [UInt8]) throws(RecordError) -> (key: String, proof: BatchProof) {
        let lines = try records(bytes, "batch")
        return (
            lines[0][1],
            BatchProof(
                reference: "", day: CivilDate(iso: lines[0][2]) ?? CivilDate(day: 0),
                totals: totals(lines[lines.count - 1]), currency: .dkk)
        )
    }

    func forgotten(_ bytes: [UInt8]) throws(RecordError) -> [UInt8] {
        let lines = try records(bytes, "batch")
        return LineFormat.file("batch", key: lines[0][1], [], totals(lines[lines.count - 1]))
    }

    func deletionsOnly(_ bytes: [UInt8]) throws(RecordError) -> [UInt8]? {
        let lines = try records(bytes, "batch")
        let deletions = lines.filter { $0[0] == "deletion" }
        if deletions.isEmpty { return nil }
        var totals = BatchTotals(deletions: deletions.count)
        for deletion in deletions { totals.count(Int64(deletion[1]) ?? 0) }
        return LineFormat.file("batch", key: lines[0][1], deletions, totals)
    }

    func answers(_ bytes: [UInt8]) throws(RecordError) -> [(line: Int, answer: BureauAnswer)] {
        var answers: [(line: Int, answer: BureauAnswer)] = []
        for (index, words) in try records(bytes, "answers").dropFirst().dropLast().enumerated() {
            guard words.count == 3, let number = Int64(words[1]), let day = CivilDate(iso: words[2]) else {
                throw RecordError(index + 2, "it is no answer")
            }
            answers.append(
                (index + 2, BureauAnswer(identifier: words[0], number: number, outcome: .registered, on: day)))
        }
        return answers
    }

    func register(_ bytes: [UInt8]) throws(RecordError) -> [RegisterEntry] {
        var entries: [RegisterEntry] = []
        for (index, words) in try records(bytes, "register").dropFirst().dropLast().enumerated() {
            guard words.count == 2, let number = Int64(words[0]), let amount = Int64(words[1]) else {
                throw RecordError(index + 2, "it is no entry")
            }
            entries.append(
                RegisterEntry(number: number, amount: Money(minorUnits: amount, .dkk), registeredOn: Sample.day))
        }
        return entries
    }
}
