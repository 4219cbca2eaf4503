import FordringKit

extension JurisdictionConformance {
    /// Examples hold, a refusal says why, and a normal form is its own normal form.
    func checkIdentifiers(_ findings: inout Findings) {
        for example in law.identifierExamples {
            let isUsable = law.check(example.text, as: example.kind).normalized != nil
            if isUsable != example.isUsable {
                findings.add(
                    .identifiers,
                    "'\(example.text)' as \(example.kind.rawValue) is \(isUsable ? "accepted" : "refused"), against "
                        + example.source)
            }
            if example.source.isEmpty { findings.add(.identifiers, "the example '\(example.text)' names no source") }
        }
        var random = SeededGenerator(seed: seed)
        for kind in IdentifierKind.allCases {
            var texts = law.identifierExamples.filter { $0.kind == kind }.map(\.text) + ["", " ", "abc", "-1", "٣٤٥"]
            for _ in 0..<400 {
                let length = Int.random(in: 1...16, using: &random)
                texts.append((0..<length).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined())
            }
            for text in texts {
                let verdict = law.check(text, as: kind)
                if law.check(text, as: kind) != verdict {
                    findings.add(.deterministic, "two verdicts on '\(text)' as \(kind.rawValue)")
                }
                if case .invalid(let reason) = verdict, reason.isEmpty {
                    findings.add(.identifiers, "'\(text)' as \(kind.rawValue) is refused without a reason")
                }
                guard let normalized = verdict.normalized else { continue }
                if law.check(normalized, as: kind).normalized != normalized {
                    findings.add(
                        .identifiers,
                        "the normal form '\(normalized)' of '\(text)' as \(kind.rawValue) is not its own normal form")
                }
            }
        }
    }

    /// A case has one reference for a creditor, and no two cases share it.
    func checkPaymentReferences(_ findings: inout Findings) {
        let examples = law.identifierExamples.filter { $0.kind == .paymentCreditor }.map(\.text)
        var random = SeededGenerator(seed: seed)
        let digits = (0..<200).map { _ in
            (0..<8).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
        }
        let creditors = (examples + digits).compactMap { law.check($0, as: .paymentCreditor).normalized }.prefix(3)
        let cases = [1, 9, 10, 99, 12_345, 999_999, 1_000_000, 9_999_999_999].map { CaseID(rawValue: $0) }
        for creditor in creditors {
            var seen: [String: CaseID] = [:]
            for id in cases {
                let reference = law.paymentReference(for: id, creditorNumber: creditor)
                if law.paymentReference(for: id, creditorNumber: creditor) != reference {
                    findings.add(.deterministic, "two references of case \(id)")
                }
                guard let reference else { continue }
                if reference.type.isEmpty || reference.number.isEmpty {
                    findings.add(.references, "the reference of case \(id) is empty")
                }
                if (reference.type + reference.number + reference.codeLine).contains(where: \.isNewline) {
                    findings.add(.references, "the reference of case \(id) is more than a line")
                }
                if let other = seen.updateValue(id, forKey: reference.number) {
                    findings.add(.references, "cases \(other) and \(id) share the reference \(reference.number)")
                }
            }
        }
    }

    /// Each component stands in the order at most once; the principal does.
    func checkAllocation(_ findings: inout Findings) {
        let order = law.allocationOrder
        if Set(order.value).count != order.value.count { findings.add(.allocation, "a component is there twice") }
        if !order.value.contains(.principal) { findings.add(.allocation, "the principal is not in the order") }
        if let fault = order.lines.fault { findings.add(.explanations, "of the order of allocation \(fault)") }
        if law.allocationOrder.value != order.value { findings.add(.deterministic, "two orders of allocation") }
    }

    /// Data are kept until a day that is not before the last event, or nobody knows until when.
    func checkRetention(_ findings: inout Findings) {
        var cases = RandomCases(law, seed: seed)
        for debtor in PartyKind.allCases {
            for _ in 0..<60 {
                let facts = RetentionFacts(debtorKind: debtor, lastEventOn: cases.day(extent.first, extent.last))
                let law = law
                switch Answer({ try law.retention(of: facts) }) {
                case .failure(let error): findings.add(.retention, "'\(error)' about \(facts.lastEventOn)")
                case .gap(let gap): if let fault = gap.fault { findings.add(.retention, "the gap \(fault)") }
                case .answer(let kept):
                    if kept.value < facts.lastEventOn {
                        findings.add(.retention, "data of \(facts.lastEventOn) are kept through \(kept.value) only")
                    }
                    if let fault = kept.lines.fault { findings.add(.explanations, "of the retention \(fault)") }
                    if let again = try? law.retention(of: facts), again.value != kept.value {
                        findings.add(.deterministic, "two answers about the retention after \(facts.lastEventOn)")
                    }
                }
            }
        }
    }

    /// A claim can be enforced until a day that is not before it was due, whatever happened to it.
    func checkLimitation(_ findings: inout Findings) {
        var cases = RandomCases(law, seed: seed)
        for number in 0..<200 {
            var claim = RandomCases.plain(law, dueOn: cases.day(extent.first, extent.last)).claims[0]
            claim.basis = ClaimBasis.allCases[number % ClaimBasis.allCases.count]
            var on = claim.dueOn
            for _ in 0..<(number % 4) {
                on = on.adding(days: .random(in: 0...900, using: &cases.random))
                guard let kind = ClaimEvent.Kind.allCases.randomElement(using: &cases.random) else { continue }
                claim.events.append(ClaimEvent(kind, on: on))
            }
            let (law, facts) = (law, claim)
            let events = claim.events.map { "\($0.kind.rawValue) \($0.on)" }.joined(separator: ", ")
            let about = "a claim due \(claim.dueOn)" + (events.isEmpty ? "" : " with \(events)")
            switch Answer({ try law.limitation(of: facts) }) {
            case .failure(let error): findings.add(.oneAnswer, "'\(error)' as the limitation of \(about)")
            case .answer(let last?):
                if last.value < claim.dueOn { findings.add(.limitation, "\(about) ends on \(last.value)") }
                if let fault = last.lines.fault {
                    findings.add(.explanations, "of the limitation of \(about) \(fault)")
                }
                if let again = try? law.limitation(of: facts), again.value != last.value {
                    findings.add(.deterministic, "two limitations of \(about)")
                }
            default: break
            }
        }
    }
}
