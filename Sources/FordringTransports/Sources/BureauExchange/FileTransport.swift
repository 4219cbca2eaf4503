import FordringKit
import SpoolFiles

/// Batches as files that a courier takes to the bureau, and the bureau's files that it brings.
///
///     <outbox>/batches/2026-01-31_<key>.<suffix>    waits for the courier
///     <outbox>/taken/2026-01-31_<key>.<suffix>      the courier has taken it; it leaves it there
///     <outbox>/forgotten/2026-01-31_<key>.<suffix>  first and last record of a batch whose debtors are forgotten
///     <outbox>/answers/*.<suffix>                   what the bureau answered, from its courier
///     <outbox>/register.<suffix>                    the bureau's list, each night anew
///
/// The file of a batch is the proof that it was handed over, whole or absent, also after a crash. Courier and Fordring put
/// a file in its place by renaming it, so a file with the right suffix is never half written.
struct FileTransport: BureauTransport {
    let folder: SpoolFolder
    let rules: BatchRules
    let format: any RecordFormat

    /// More than any bureau's file has; a file over it is refused.
    static let bytesMax = 512 * 1024 * 1024

    func submit(_ batch: RegistrationBatch) throws -> DeliveryReceipt {
        let key = batch.idempotencyKey
        try folder.create()
        // Two workers with the same batch, one of whom lost its lease, take turns.
        return try folder.locked {
            do {
                if let known = try receipt(for: key) { return known }
            } catch let failure as DeliveryFailure {
                // An earlier attempt may have put it there; that it is not there is known only where one can look.
                throw DeliveryFailure(.unknown, failure.message)
            }
            let checked = try rules.check(batch)
            for part in ["tmp", "batches"] { try folder.create(part) }
            let name = "\(batch.day)_\(key).\(format.suffix)"
            try folder.write(format.bytes(of: checked), to: "batches/\(name)", through: "tmp/\(key)")
            return BatchProof(reference: name, day: batch.day, totals: checked.totals, currency: checked.currency)
                .receipt
        }
    }

    func receipt(for key: String) throws -> DeliveryReceipt? { try find(key)?.proof.receipt }

    /// Where the proof of a batch is, and what it says.
    private func find(_ key: String) throws -> (place: String, bytes: [UInt8], proof: BatchProof)? {
        // A batch moves from `batches` to `taken` or `forgotten` between two looks, so the last place is looked at twice.
        for part in ["forgotten", "batches", "taken", "forgotten"] {
            for name in try folder.names(part) where name.hasSuffix("_\(key).\(format.suffix)") {
                let place = "\(part)/\(name)"
                guard let bytes = try folder.read(place) else { continue }
                do {
                    let (written, proof) = try format.proof(bytes)
                    if written != key { throw RecordError(1, "the key is another than the name's") }
                    // The attempt that wrote it may have died before the name was safe on the disk.
                    try folder.flush(part)
                    let named = BatchProof(
                        reference: name, day: proof.day, totals: proof.totals, currency: proof.currency)
                    return (place, bytes, named)
                } catch let error as RecordError {
                    throw refused(
                        place, error, "so nobody can tell what was handed over: mend it from the bureau's copy")
                }
            }
        }
        return nil
    }

    func answers() throws -> [BureauAnswer] {
        var answers = AnswerCollection()
        for name in try folder.names("answers") where name.hasSuffix(".\(format.suffix)") && !name.hasPrefix(".") {
            let place = "answers/\(name)"
            // Put away by a person since.
            guard let bytes = try whole(place) else { continue }
            do {
                for (line, answer) in try format.answers(bytes) where !answers.add(answer) {
                    throw RecordError(line, "another answer had the same identifier")
                }
            } catch let error as RecordError {
                throw refused(place, error, "and nothing of it was taken: get it anew from the bureau")
            }
        }
        return answers.oldestFirst
    }

    func register() throws -> [RegisterEntry]? {
        let place = "register.\(format.suffix)"
        guard let bytes = try whole(place) else { return nil }
        do {
            return try format.register(bytes)
        } catch {
            throw refused(place, error, "and nothing of it was taken: get it anew from the bureau")
        }
    }

    /// What has not been taken yet keeps its deletions: they name nobody, and the bureau must still get them.
    func forget(_ key: String) throws {
        if try find(key) == nil, try folder.names("tmp").isEmpty { return }
        try folder.locked {
            if let (place, bytes, proof) = try find(key) {
                let name = proof.reference
                do {
                    if !place.hasPrefix("forgotten/") {
                        for part in ["tmp", "forgotten"] { try folder.create(part) }
                        // The proof first: broken off here, the next attempt goes on.
                        try folder.write(try format.forgotten(bytes), to: "forgotten/\(name)", through: "tmp/\(key)")
                    }
                    if let waiting = try folder.read("batches/\(name)") {
                        if let rest = try format.deletionsOnly(waiting) {
                            if rest != waiting { try folder.write(rest, to: "batches/\(name)", through: "tmp/\(key)") }
                        } else {
                            try folder.remove("batches/\(name)")
                        }
                    }
                } catch let error as RecordError {
                    throw refused(place, error, "so it cannot be forgotten by itself: look, and remove it")
                }
                try folder.remove("taken/\(name)")
            }
            try folder.remove("tmp/\(key)")
        }
    }

    private func whole(_ place: String) throws -> [UInt8]? {
        guard let bytes = try folder.read(place, atMost: FileTransport.bytesMax + 1) else { return nil }
        if bytes.count > FileTransport.bytesMax {
            throw refused(place, RecordError(1, "the file is too long"), "and nothing of it was taken")
        }
        return bytes
    }

    private func refused(_ place: String, _ error: RecordError, _ cure: String) -> DeliveryFailure {
        DeliveryFailure(
            .permanent, "The file \(place) is refused at line \(error.line): \(error.message), \(cure).")
    }
}
