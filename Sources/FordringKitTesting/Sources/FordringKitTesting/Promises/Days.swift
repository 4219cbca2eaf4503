import FordringKit
import Foundation

extension JurisdictionConformance {
    /// The first days of the months for which the law has an answer about the plainest case.
    func answerableDays(_ findings: inout Findings) -> [CivilDate] {
        var days: [CivilDate] = []
        var day = extent.first
        while day <= extent.last {
            let (law, asked) = (law, day)
            let facts = RandomCases.plain(law, dueOn: asked.adding(days: -40))
            if Answer({ try law.decide(facts, on: asked) }).value != nil { days.append(asked) }
            day = day.addingMonthsClampingToMonthEnd(1)
        }
        if days.isEmpty {
            findings.add(
                .oneAnswer, "between \(extent.first) and \(extent.last) no month has an answer about an overdue claim")
        }
        return days
    }

    /// Every day has one answer for a case, and one last day to pay for each letter.
    func checkEveryDay(_ findings: inout Findings) {
        let debtors = PartyKind.allCases
        let letters = law.steps.filter(\.sendsLetter).map(\.kind)
        var day = extent.first
        var number = 0
        while day <= extent.last {
            let age = [10, 45, 200, 400][number % 4]
            let facts = RandomCases.plain(
                law, dueOn: day.adding(days: -age), debtor: debtors[number % debtors.count],
                claims: Int64(number % 2 + 1))
            check(facts, on: day, &findings)
            for kind in letters { checkDeadline(kind, sentOn: day, &findings) }
            number += 1
            day = day.adding(days: max(1, extent.stride))
        }
    }

    private func check(_ facts: CaseFacts, on day: CivilDate, _ findings: inout Findings) {
        let law = law
        let answer = Answer { try law.decide(facts, on: day) }
        switch answer {
        case .failure(let error): findings.add(.oneAnswer, "'\(error)' on \(day) about \(facts.summary)")
        case .gap(let gap):
            if let fault = gap.fault { findings.add(.oneAnswer, "the gap on \(day) \(fault)") }
        case .answer(let decision):
            for step in decision.steps {
                step.checkForm(in: facts, law, on: day) { findings.add($0, "\($1), on \(day)") }
            }
        }
        if !answer.isSame(as: Answer { try law.decide(facts, on: day) }) {
            findings.add(.deterministic, "two answers on \(day) about \(facts.summary)")
        }
        if case .failure(let error) = Answer({ try law.interest(on: facts, through: day) }) {
            findings.add(.oneAnswer, "'\(error)' as interest on \(day) about \(facts.summary)")
        }
        if case .failure(let error) = Answer({ try law.visitHours(for: facts, on: day) }) {
            findings.add(.oneAnswer, "'\(error)' as the visiting hours of \(day)")
        }
        switch Answer({ try law.planFee(instalments: 1 + Int(day.day.magnitude % 24), for: facts, on: day) }) {
        case .answer(let fee?): fee.checkForm(in: facts, law) { findings.add($0, "\($1), as a plan's fee on \(day)") }
        case .failure(let error): findings.add(.oneAnswer, "'\(error)' as the fee of a plan on \(day)")
        default: break
        }
    }

    private func checkDeadline(_ kind: StepKind, sentOn day: CivilDate, _ findings: inout Findings) {
        let law = law
        switch Answer({ try law.deadline(for: kind, sentOn: day) }) {
        case .failure(let error): findings.add(.oneAnswer, "'\(error)' as the deadline of a \(kind) of \(day)")
        case .answer(let deadline?):
            if deadline.value <= day {
                findings.add(.deadlines, "a \(kind) of \(day) is to be paid by \(deadline.value)")
            }
            if law.isRestDay(deadline.value) {
                findings.add(.deadlines, "a \(kind) of \(day) is to be paid by \(deadline.value), a rest day")
            }
            if let fault = deadline.lines.fault { findings.add(.explanations, "of the deadline of a \(kind) \(fault)") }
            if let again = try? law.deadline(for: kind, sentOn: day), again.value != deadline.value {
                findings.add(.deterministic, "two last days to pay of a \(kind) of \(day)")
            }
        default: break
        }
    }

    /// A batch is answered in its order, each case as if it were alone.
    func checkBatches(_ window: [CivilDate], _ findings: inout Findings) {
        var cases = RandomCases(law, seed: seed)
        for _ in 0..<max(4, extent.walks / 4) {
            let day = window.randomElement(using: &cases.random) ?? cases.day(extent.first, extent.last)
            let batch = (0..<12).map { _ in cases.newCase(about: day) }
            let answers = law.decide(batch, on: day)
            guard answers.count == batch.count else {
                findings.add(.batches, "\(batch.count) cases on \(day) get \(answers.count) answers")
                continue
            }
            for (facts, answer) in zip(batch, answers) {
                let alone = Answer { try law.decide(facts, on: day) }
                let together: Answer<Decision> =
                    switch answer {
                    case .success(let decision): .answer(decision)
                    case .failure(let gap): .gap(gap)
                    }
                // What throws something else alone is a gap in a batch, and a finding elsewhere.
                if case .failure = alone { continue }
                if !alone.isSame(as: together) {
                    findings.add(.batches, "in a batch on \(day) another answer about \(facts.summary)")
                }
            }
        }
    }

    /// Every day is a holiday or none, and has its hours.
    func checkCalendar(_ findings: inout Findings) {
        if TimeZone(identifier: law.timeZone) == nil {
            findings.add(.calendar, "there is no time zone '\(law.timeZone)'")
        }
        var day = extent.first
        var restDays = 0
        while day <= extent.last {
            let holiday = law.holiday(on: day)
            if law.holiday(on: day) != holiday { findings.add(.deterministic, "two holidays on \(day)") }
            if let holiday {
                if holiday.name.isEmpty { findings.add(.calendar, "the holiday on \(day) has no name") }
                if let fault = holiday.citation.fault {
                    findings.add(.calendar, "\(holiday.name) on \(day) \(fault)")
                }
            }
            restDays = law.isRestDay(day) ? restDays + 1 : 0
            if restDays > 31 {
                findings.add(.calendar, "more than 31 rest days on end until \(day)")
                return  // Looking for the next working day might never end.
            }
            let hours = law.contactHours(on: day)
            if let fault = hours.lines.fault { findings.add(.calendar, "of the contact hours on \(day) \(fault)") }
            if law.contactHours(on: day).value != hours.value {
                findings.add(.deterministic, "two answers about the contact hours on \(day)")
            }
            day = day.adding(days: max(1, extent.stride))
        }
    }
}
