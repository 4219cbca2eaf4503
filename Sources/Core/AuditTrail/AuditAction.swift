/// Everything that can be done, as audit entries name it.
///
/// The list is closed; each name stays for ever. ``catalogue`` says what an entry of each action holds.
package enum AuditAction: String, Sendable, CaseIterable {
    case tenantOnboarded = "tenant.onboarded"
    case tenantUpdated = "tenant.updated"
    case tenantSuspended = "tenant.suspended"
    case tenantResumed = "tenant.resumed"
    case tenantOffboarded = "tenant.offboarded"
    case importStarted = "import.started"
    case importFinished = "import.finished"
    case partyRegistered = "party.registered"
    case partyRead = "party.read"
    case partyListed = "party.listed"
    case partyErased = "party.erased"
    case partyForgotten = "party.forgotten"
    case claimAccepted = "claim.accepted"
    case claimCredited = "claim.credited"
    case claimEvent = "claim.event"
    case caseRead = "case.read"
    case caseListed = "case.listed"
    case caseClosed = "case.closed"
    case saleBegun = "sale.begun"
    case saleCalledOff = "sale.cancelled"
    case saleMade = "sale.made"
    case saleExported = "sale.exported"
    case holdPlaced = "hold.placed"
    case holdLifted = "hold.lifted"
    case disputeOpened = "dispute.opened"
    case disputeDocumentAdded = "document.added"
    case disputeDecided = "dispute.decided"
    case disputeAnswered = "dispute.answered"
    case statementMade = "statement.made"
    case stepDecided = "step.decided"
    case stepWithdrawn = "step.withdrawn"
    case letterSent = "letter.sent"
    case letterFailed = "letter.failed"
    case paymentReceived = "payment.received"
    case interestCorrected = "interest.corrected"
    case chargesTakenBack = "charges.reversed"
    case taskRaised = "task.raised"
    case taskChanged = "task.changed"
    case taskAssigned = "task.assigned"
    case taskDone = "task.done"
    case runFinished = "run.finished"
    case jobRetried = "job.retried"
    case jobCancelled = "job.cancelled"
    case jobsPaused = "jobs.paused"
    case jobsResumed = "jobs.resumed"
    case keyRotated = "key.rotated"
    case auditRevealed = "audit.revealed"
    case lawExtended = "law.extended"
    case lawCorrected = "law.corrected"
    case registrationRequested = "registration.requested"
    case registrationWithdrawn = "registration.withdrawn"
    case registrationDeparted = "registration.departed"
    case registrationStayed = "registration.stayed"
    case registrationSubmitted = "registration.submitted"
    case registrationLive = "registration.live"
    case registrationRefused = "registration.refused"
    case registrationChanged = "registration.changed"
    case registrationSurfaced = "registration.surfaced"
    case deletionOrdered = "deletion.ordered"
    case deletionSubmitted = "deletion.submitted"
    case deletionRepeated = "deletion.repeated"
    case deletionConfirmed = "deletion.confirmed"
    case registerCompared = "register.compared"
    case handoffPacked = "legal.packed"
    case handoffPrepared = "legal.prepared"
    case handoffRecalled = "legal.recalled"
    case handoffDeparted = "legal.departed"
    case handoffRecorded = "legal.recorded"
    case handoffListed = "legal.listed"
    case answerDismissed = "legal.dismissed"
}

/// What an entry of one action says.
package struct AuditActionDescription: Sendable {
    /// A member of an entry's subject or change.
    package struct Member: Sendable {
        package let name: String
        package let meaning: String
        /// Whether some entries of the action leave it out.
        package let isOptional: Bool

        static func always(_ name: String, _ meaning: String) -> Member {
            Member(name: name, meaning: meaning, isOptional: false)
        }

        static func sometimes(_ name: String, _ meaning: String) -> Member {
            Member(name: name, meaning: meaning, isOptional: true)
        }
    }

    package let meaning: String
    /// What was acted on; numbers only, never a name.
    package let subject: [Member]
    /// What is another way than before.
    package let change: [Member]
    /// Which sections `basis` cites; empty where the action needs no section to allow it.
    package let basis: String

    init(_ meaning: String, subject: [Member], change: [Member] = [], basis: String = "") {
        self.meaning = meaning
        self.subject = subject
        self.change = change
        self.basis = basis
    }
}

extension AuditAction {
    private static let caseNumber = AuditActionDescription.Member.always("case", "the number of the case")
    private static let claimNumber = AuditActionDescription.Member.always("claim", "the number of the claim")
    private static let stepNumber = AuditActionDescription.Member.always("step", "the number of the step")
    private static let saleNumber = AuditActionDescription.Member.always("sale", "the number of the sale")
    private static let holdNumber = AuditActionDescription.Member.always("hold", "the number of the hold")
    private static let disputeNumber = AuditActionDescription.Member.always("dispute", "the number of the dispute")
    private static let claimOrNull = AuditActionDescription.Member.always(
        "claim", "the number of the claim, or null for the whole case")
    private static let partyNumber = AuditActionDescription.Member.always(
        "party", "the number of the person or company")
    private static let importNumber = AuditActionDescription.Member.always("import", "the number of the import")
    private static let taskNumber = AuditActionDescription.Member.always("task", "the number of the task")
    private static let tenantName = AuditActionDescription.Member.always("tenant", "the tenant's identifier")
    private static let reason = AuditActionDescription.Member.always("reason", "why, in the actor's words")
    private static let reasonHash = AuditActionDescription.Member.sometimes(
        "reasonSHA256", "the SHA-256 of why, in the actor's words, which lie in the books until the debtor is erased")
    private static let jobNumber = AuditActionDescription.Member.always("job", "the number of the job")
    private static let jobMembers: [AuditActionDescription.Member] = [
        .always("kind", "the kind of job"), reason, .always("state", "the job's state before"),
        .always("subject", "what the job works on"),
    ]
    private static let handoffNumber = AuditActionDescription.Member.always("handoff", "the number of the hand-off")
    private static let paused: [AuditActionDescription.Member] = [
        .always("channel", "the channel, or null for all"), .always("kind", "the kind of job, or null for all"),
    ]
    private static let after = AuditActionDescription.Member.always("after", "the number after which the list begins")
    private static let count = AuditActionDescription.Member.always("count", "how many were shown")
    private static let through = AuditActionDescription.Member.always("through", "the last number that was shown")
    private static let settings = AuditActionDescription.Member.always(
        "settingsSHA256", "the SHA-256 of the settings as canonical JSON")
    private static let lawLine: [AuditActionDescription.Member] = [
        .always("country", "the country, as ISO 3166 names it"), .always("line", "the number of the line"),
        .always("rule", "the rule, by its name in the law book"),
    ]
    private static let lawValue: [AuditActionDescription.Member] = [
        .always("addedAt", "when it was added to the host"), .always("addedBy", "who added it"),
        .always("from", "the first day on which it holds"),
        .always("through", "the last day for which it was looked up"), .always("value", "the figure"),
    ]
    private static let allocations = AuditActionDescription.Member.always(
        "allocations", "what went to which component: a list of `amount` and `component`")
    private static let overpaid = AuditActionDescription.Member.always("overpaid", "what is the debtor's")

    private static let registration: [AuditActionDescription.Member] = [
        caseNumber, claimNumber, .always("registration", "the number of the registration"),
    ]
    private static let day = AuditActionDescription.Member.always("day", "the day that counts")
    private static let registrationState = AuditActionDescription.Member.always("state", "the state that it has now")
    private static let batch = AuditActionDescription.Member.always("batch", "the number of the batch")
    private static let batchReference = AuditActionDescription.Member.always(
        "reference", "the bureau's name for the batch, or who told of it")
    private static let deletionOrder: [AuditActionDescription.Member] = [
        .always("code", "why it must go, in a word: `paid`, `disputed`, `wrong`, `expired` and others"), day,
        .always("dueOn", "the last day on which it must have been confirmed"),
        .always("explanation", "how the deadline was found, a list of sentences"), reason, registrationState,
    ]
    private static let answer = AuditActionDescription.Member.always("answer", "what names the bureau's answer")

    /// What an entry of the action says: the documented catalogue, which `fordring audit actions` prints.
    package var catalogue: AuditActionDescription {
        switch self {
        case .tenantOnboarded:
            AuditActionDescription(
                "The tenant was taken on, with these settings.", subject: [AuditAction.tenantName],
                change: [
                    .always("auditKey", "the key that checkpoints are verified with"),
                    .always("legalName", "the tenant's registered name"),
                    .always("plugins", "the plug-ins that serve it: a list of `identifier` and `sha256`"),
                    .always("registrationNumber", "the tenant's number in the company register"),
                    AuditAction.settings,
                ])
        case .tenantUpdated:
            AuditActionDescription(
                "Settings of the tenant were changed.", subject: [AuditAction.tenantName],
                change: [.always("changed", "the settings that were changed"), AuditAction.settings])
        case .tenantSuspended:
            AuditActionDescription(
                "All work for the tenant was stopped.", subject: [AuditAction.tenantName], change: [AuditAction.reason])
        case .tenantResumed:
            AuditActionDescription(
                "Work for the tenant goes on.", subject: [AuditAction.tenantName], change: [AuditAction.reason])
        case .tenantOffboarded:
            AuditActionDescription(
                "The tenant left.", subject: [AuditAction.tenantName], change: [AuditAction.reason])
        case .importStarted:
            AuditActionDescription(
                "A file of claims began to be read.", subject: [AuditAction.importNumber],
                change: [.always("name", "the file's name"), .always("sha256", "the file's SHA-256")])
        case .importFinished:
            AuditActionDescription(
                "A file of claims was read to its end.", subject: [AuditAction.importNumber],
                change: [
                    .always("accepted", "how many rows became claims"),
                    .always("duplicate", "how many rows were there already"),
                    .always("refused", "how many rows were refused"),
                ])
        case .partyRegistered:
            AuditActionDescription(
                "A person or company became known; all that is known is sealed with a key of its own.",
                subject: [AuditAction.partyNumber],
                change: [
                    .always(
                        "sealed",
                        "AES-256-GCM in base64, nonce, ciphertext and tag, over canonical JSON with `address`, "
                            + "`customerNumber`, `email`, `kind`, `language`, `name`, `nationalID` and `phone`")
                ])
        case .partyRead:
            AuditActionDescription(
                "Somebody looked at what is known of a person or company.", subject: [AuditAction.partyNumber])
        case .partyListed:
            AuditActionDescription(
                "Somebody looked at a list of names.", subject: [AuditAction.after, AuditAction.through],
                change: [AuditAction.count])
        case .partyErased:
            AuditActionDescription(
                "The key of a person or company was destroyed and all that was known blanked.",
                subject: [AuditAction.partyNumber],
                change: [
                    .always("cases", "the numbers of the cases, all closed"),
                    .always("day", "the day that the retention was compared with"),
                    .always("keptThrough", "the last day on which the law wanted the data kept"), AuditAction.reason,
                ],
                basis: "the country's rule of retention, and the rule that asks for the erasure")
        case .partyForgotten:
            AuditActionDescription(
                "The channels destroyed the letters to an erased person or company; nothing of it is left in files.",
                subject: [AuditAction.partyNumber])
        case .claimAccepted:
            AuditActionDescription(
                "A claim came into a case.", subject: [AuditAction.caseNumber, AuditAction.claimNumber],
                change: [
                    .always("amount", "the principal"),
                    .sometimes("basis", "what the claim rests on, where that is not an invoice or another agreement"),
                    .always("dueOn", "the last timely day of payment"),
                    .always("import", "the number of the import"),
                    .sometimes("lastReminderOn", "the day of the latest reminder with a fee that somebody else sent"),
                    .always("line", "the line of the file"),
                    .always("party", "the number of the debtor"),
                    .always("reference", "the creditor's number of the claim"),
                    .sometimes("remindersCharged", "how many reminders with a fee somebody else sent"),
                ])
        case .claimCredited:
            AuditActionDescription(
                "A credit note reduced a claim.", subject: [AuditAction.caseNumber, AuditAction.claimNumber],
                change: [
                    .always("amount", "the credit"), .always("beyond", "what went beyond the rest of the claim"),
                    .always("creditNote", "the number of the credit note"),
                ])
        case .claimEvent:
            AuditActionDescription(
                "Something happened to a claim that limitation depends on.",
                subject: [AuditAction.caseNumber, AuditAction.claimNumber],
                change: [.always("kind", "what happened"), .always("on", "the day"), AuditAction.reasonHash])
        case .caseRead:
            AuditActionDescription("Somebody looked at a case.", subject: [AuditAction.caseNumber])
        case .caseListed:
            AuditActionDescription(
                "Somebody looked at a list of cases with the debtors' names.",
                subject: [AuditAction.after, AuditAction.through],
                change: [AuditAction.count, .sometimes("stage", "the stage that was asked for")])
        case .caseClosed:
            AuditActionDescription(
                "A case was closed.", subject: [AuditAction.caseNumber],
                change: [
                    .always("code", "why, as `fordring case codes` names it"),
                    .always("day", "the day that counts"),
                    .sometimes("reason", "why, in the words of who closed it by hand"),
                ])
        case .saleBegun:
            AuditActionDescription(
                "The claims of a case were sold; from here on nothing leaves but the debtor's notice.",
                subject: [AuditAction.caseNumber, AuditAction.saleNumber],
                change: [
                    .always("agreedOn", "the day on which the sale was agreed"),
                    .always("claims", "the claims that were sold, a list of numbers"),
                    .always("day", "the day that counts"), AuditAction.reason,
                    .sometimes("sameAccount", "whether the debtor goes on paying to the creditor's account"),
                    .always("step", "the number of the step of the debtor's notice"),
                ])
        case .saleCalledOff:
            AuditActionDescription(
                "A sale was called off before the debtor's notice had left.",
                subject: [AuditAction.caseNumber, AuditAction.saleNumber],
                change: [.always("day", "the day that counts"), AuditAction.reason])
        case .saleMade:
            AuditActionDescription(
                "The debtor's notice has left, and the claims are the buyer's.",
                subject: [AuditAction.caseNumber, AuditAction.saleNumber],
                change: [
                    .always(
                        "amounts",
                        "what was owed on the day: a list of `accrued` (in no letter), `amount`, `claim` and `component`"
                    ),
                    .always("day", "the day on which the notice left"),
                    .always("step", "the number of the step of the debtor's notice"),
                ])
        case .saleExported:
            AuditActionDescription(
                "The record of a sale was written out for the buyer.",
                subject: [AuditAction.caseNumber, AuditAction.saleNumber],
                change: [.always("sha256", "the SHA-256 of `sale.json`")])
        case .holdPlaced:
            AuditActionDescription(
                "A case, or a claim of it, stands still from here on.",
                subject: [AuditAction.caseNumber, AuditAction.holdNumber],
                change: [
                    .always("amount", "the part of the claim that is held, or null for all of it"),
                    AuditAction.claimOrNull, .always("kind", "why, as `fordring hold kinds` names it"),
                    .always("since", "the day it began"), .always("until", "the last day, or null"),
                ])
        case .holdLifted:
            AuditActionDescription(
                "A hold has ended; nothing is done before the day on which the clocks go on.",
                subject: [AuditAction.caseNumber, AuditAction.holdNumber],
                change: [
                    .always("by", "in which capacity it was lifted; `endDate` where its last day had passed"),
                    AuditAction.claimOrNull, .always("dates", "what the day follows from, a sentence each"),
                    .always("day", "the day that counts"), .always("kind", "why it stood still"),
                    .sometimes("reason", "why it ended, where nobody lifted it"), AuditAction.reasonHash,
                    .always("resumesOn", "the first day on which something may be done, or null where nothing is left"),
                ],
                basis: "the sections that say when the clocks go on")
        case .disputeOpened:
            AuditActionDescription(
                "The debtor disputes what is demanded; from here on it stands still.",
                subject: [AuditAction.caseNumber, AuditAction.disputeNumber],
                change: [
                    .always("amount", "the part that is disputed, or null for all of it"),
                    .always("answerBy", "the last day for the agency's answer"),
                    .always("channel", "how it came in"), AuditAction.claimOrNull,
                    .always("gone", "the steps whose letters were gone already, a list of numbers"),
                    .always("hold", "the number of the hold, or null where the claims had been sold before"),
                    .always("openedOn", "the day it came in"),
                    .always("reason", "the code of the reason"),
                    .always("reversed", "the charges of the letters that were gone, taken back"),
                    .always("void", "the steps without a letter that count no more, a list of numbers"),
                    .always("withdrawn", "the steps whose letters were withdrawn, a list of numbers"),
                ],
                basis: "the rule for the day of the answer")
        case .disputeDocumentAdded:
            AuditActionDescription(
                "A document came to a dispute, sealed with the debtor's key.",
                subject: [
                    AuditAction.caseNumber, AuditAction.disputeNumber,
                    .always("document", "the number of the document"),
                ],
                change: [
                    .always("role", "`objection`, `evidence`, `grounds` or `decision`"),
                    .always("sha256", "the SHA-256 of its bytes"), .always("size", "how many bytes it has"),
                ])
        case .disputeDecided:
            AuditActionDescription(
                "A dispute was decided, or ended because the case was closed.",
                subject: [AuditAction.caseNumber, AuditAction.disputeNumber],
                change: [
                    .always("answeredOn", "the day on which the debtor was told, or null where that comes later"),
                    .always("credited", "what the debtor does not owe any more: a list of `amount` and `claim`"),
                    .always("day", "the day that counts"),
                    .always("groundsSHA256", "the SHA-256 of the grounds, or null"),
                    .always("outcome", "the state of the dispute from here on"),
                    .always("reversed", "the fees and costs that were taken back"),
                ])
        case .disputeAnswered:
            AuditActionDescription(
                "The debtor was told how a dispute was decided; from then on the clocks go on.",
                subject: [AuditAction.caseNumber, AuditAction.disputeNumber],
                change: [
                    .always("day", "the day on which the answer went"), .always("outcome", "the state of the dispute"),
                ])
        case .statementMade:
            AuditActionDescription(
                "A statement of a case was made for the debtor.", subject: [AuditAction.caseNumber],
                change: [
                    .always("day", "the day through which it counts"),
                    .always("sha256", "the SHA-256 of `statement.json`"),
                ])
        case .stepDecided:
            AuditActionDescription(
                "The country's rules allowed a step, and it was taken.",
                subject: [AuditAction.caseNumber, AuditAction.stepNumber],
                change: [
                    .sometimes("bureau", "the credit bureau that its letter tells of"),
                    .always("charges", "what was charged: a list of `amount` and `component`"),
                    .always("claims", "the claims that the step covers"), .always("day", "the day that counts"),
                    .always("kind", "the step, as the country names it"),
                ],
                basis: "the sections that allow the step and each charge")
        case .stepWithdrawn:
            AuditActionDescription(
                "A step was taken back before its letter was sent.",
                subject: [AuditAction.caseNumber, AuditAction.stepNumber],
                change: [AuditAction.reason, .always("reversed", "the charges that were taken back")])
        case .letterSent:
            AuditActionDescription(
                "A letter left the house.", subject: [AuditAction.caseNumber, AuditAction.stepNumber],
                change: [
                    .always("channel", "the channel"), .always("deadline", "the last day to pay, or null"),
                    .always(
                        "details", "what the channel says of it, and the `sha256` of the document, or of its words"),
                    .always("kind", "the step"), .always("reference", "the channel's name for the delivery"),
                    .always("sentOn", "the day it left"),
                ],
                basis: "the sections that set the deadline")
        case .letterFailed:
            AuditActionDescription(
                "A letter could not be sent.", subject: [AuditAction.caseNumber, AuditAction.stepNumber],
                change: [.always("message", "why"), .always("reversed", "the charges that were taken back")])
        case .paymentReceived:
            AuditActionDescription(
                "Money came in for a case.",
                subject: [AuditAction.caseNumber, .always("payment", "the number of the payment")],
                change: [
                    AuditAction.allocations, .always("amount", "what was paid"),
                    .sometimes("claim", "the claim that the payer named"),
                    .sometimes(
                        "closedAs", "the code with which the case was closed before, so that the money covers nothing"),
                    AuditAction.overpaid,
                    .always("paidOn", "the day that counts for the debtor"),
                ],
                basis: "the rule for the order of allocation")
        case .chargesTakenBack:
            AuditActionDescription(
                "What a step had charged was taken back, because the debtor had paid all before it was taken.",
                subject: [AuditAction.caseNumber, AuditAction.stepNumber],
                change: [
                    .always("paidOn", "the day of the payment"),
                    .always("reversed", "the amounts that were taken back"),
                ])
        case .interestCorrected:
            AuditActionDescription(
                "Interest charged too high was taken back, or what had paid for it was spread anew.",
                subject: [AuditAction.caseNumber],
                change: [
                    .sometimes("allocations", "what went to which component when it was spread anew"),
                    .sometimes("amount", "what was taken back"), .sometimes("overpaid", "what is the debtor's"),
                    .sometimes("paidBefore", "what was spread anew"),
                ],
                basis: "the sections on interest, or the rule for the order of allocation")
        case .taskRaised:
            AuditActionDescription(
                "Work for a person came up.",
                subject: [.sometimes("case", "the number of the case"), AuditAction.taskNumber],
                change: [.always("kind", "the kind of task"), .always("message", "what is the matter")])
        case .taskChanged:
            AuditActionDescription(
                "Work for a person got other words or another last day.",
                subject: [.sometimes("case", "the number of the case"), AuditAction.taskNumber],
                change: [
                    .sometimes("dueOn", "the last day for it"), .always("kind", "the kind of task"),
                    .always("message", "what is the matter"),
                ])
        case .taskAssigned:
            AuditActionDescription(
                "Work was given to a person.", subject: [AuditAction.taskNumber],
                change: [.always("owner", "whose it is, or null for whoever comes first")])
        case .taskDone:
            AuditActionDescription(
                "Work for a person was done.", subject: [AuditAction.taskNumber], change: [AuditAction.reason])
        case .runFinished:
            AuditActionDescription(
                "The daily run of a day was finished.", subject: [.always("day", "the day")],
                change: [
                    .always("cases", "how many cases were looked at"),
                    .always("gaps", "how many the law tables have no answer for"),
                    .always("steps", "how many steps were taken"),
                ])
        case .jobRetried:
            AuditActionDescription(
                "Somebody had a job tried again at once.", subject: [AuditAction.jobNumber],
                change: AuditAction.jobMembers)
        case .jobCancelled:
            AuditActionDescription(
                "Somebody called a job off.", subject: [AuditAction.jobNumber], change: AuditAction.jobMembers)
        case .jobsPaused:
            AuditActionDescription(
                "No job that this holds begins from here on.", subject: AuditAction.paused,
                change: [AuditAction.reason])
        case .jobsResumed:
            AuditActionDescription(
                "A pause was taken back.", subject: AuditAction.paused, change: [AuditAction.reason])
        case .keyRotated:
            AuditActionDescription(
                "Checkpoints are signed with another key from here on; the one just after this entry by both.",
                subject: [AuditAction.tenantName],
                change: [
                    .always("from", "the key until now, `name+hash+key`"), AuditAction.reason,
                    .always("to", "the key from now on, `name+hash+key`"),
                ])
        case .auditRevealed:
            AuditActionDescription(
                "Somebody had the sealed data of the audit trail opened.",
                subject: [.always("from", "the first entry"), .always("to", "the entry before which it ended")])
        case .lawExtended:
            AuditActionDescription(
                "A line was added to a table of the country's law; what is decided from here on can rest on it.",
                subject: AuditAction.lawLine, change: AuditAction.lawValue, basis: "the source of the line")
        case .lawCorrected:
            AuditActionDescription(
                "A line took the place of another in a table of the country's law; what was decided before stays as it is.",
                subject: AuditAction.lawLine,
                change: [.always("before", "what held until now, with its source")] + AuditAction.lawValue
                    + [AuditAction.reason],
                basis: "the source of the line")
        case .registrationRequested:
            AuditActionDescription(
                "Somebody asked for the registration of a claim with a credit bureau; nothing has left the house.",
                subject: AuditAction.registration,
                change: [
                    .always("bureau", "the bureau"), AuditAction.day,
                    .always("noKeptPlan", "whether somebody said that no plan of payment is kept"), AuditAction.reason,
                    AuditAction.registrationState,
                ])
        case .registrationWithdrawn:
            AuditActionDescription(
                "A registration was taken back before it left the house.", subject: AuditAction.registration,
                change: [AuditAction.day, AuditAction.reason, AuditAction.registrationState])
        case .registrationDeparted:
            AuditActionDescription(
                "Every precondition was seen to hold, a permit was made, and the registration is being handed over.",
                subject: AuditAction.registration,
                change: [
                    .always("amount", "what the bureau is told"), AuditAction.batch, AuditAction.day,
                    .always("expiresOn", "the last day on which it may stand"), AuditAction.registrationState,
                ],
                basis: "the sections of all preconditions and of the expiry")
        case .registrationStayed:
            AuditActionDescription(
                "The batch with a registration never left the house.", subject: AuditAction.registration,
                change: [AuditAction.batch, AuditAction.day, AuditAction.reason, AuditAction.registrationState])
        case .registrationSubmitted:
            AuditActionDescription(
                "The batch with a registration has left the house.", subject: AuditAction.registration,
                change: [
                    AuditAction.batch, AuditAction.day, AuditAction.batchReference, AuditAction.registrationState,
                ])
        case .registrationLive:
            AuditActionDescription(
                "The bureau says that the claim stands in its register.", subject: AuditAction.registration,
                change: [AuditAction.answer, AuditAction.day, AuditAction.registrationState])
        case .registrationRefused:
            AuditActionDescription(
                "The bureau did not take the claim in; its words are not in the log.",
                subject: AuditAction.registration,
                change: [AuditAction.answer, AuditAction.day, AuditAction.registrationState])
        case .registrationChanged:
            AuditActionDescription(
                "The bureau was told that less is owed on a claim that stands in its register.",
                subject: AuditAction.registration,
                change: [
                    .always("amount", "what the bureau is told"),
                    .sometimes("batch", "the number of the batch, unless a person told the bureau"), AuditAction.day,
                    .sometimes("reason", "the words of the person who told the bureau"), AuditAction.batchReference,
                ])
        case .registrationSurfaced:
            AuditActionDescription(
                "What was taken for never sent, or for gone, is with the bureau after all and must go, by a deadline.",
                subject: AuditAction.registration, change: AuditAction.deletionOrder,
                basis: "the sections that set the deadline")
        case .deletionRepeated:
            AuditActionDescription(
                "The order to delete a registration is given once more, since the bureau has not confirmed it.",
                subject: AuditAction.registration,
                change: [AuditAction.day, AuditAction.reason, AuditAction.registrationState])
        case .deletionOrdered:
            AuditActionDescription(
                "A registration must go, by a deadline.", subject: AuditAction.registration,
                change: AuditAction.deletionOrder, basis: "the sections that set the deadline")
        case .deletionSubmitted:
            AuditActionDescription(
                "The batch with the order to delete a registration has left the house.",
                subject: AuditAction.registration,
                change: [
                    AuditAction.batch, AuditAction.day, AuditAction.batchReference, AuditAction.registrationState,
                ])
        case .deletionConfirmed:
            AuditActionDescription(
                "The bureau says that the claim stands in its register no longer.", subject: AuditAction.registration,
                change: [
                    AuditAction.answer, AuditAction.day,
                    .sometimes("reason", "how a person found it out, where the bureau told a person"),
                    AuditAction.registrationState,
                ])
        case .registerCompared:
            AuditActionDescription(
                "Our register was compared with a bureau's.", subject: [.always("bureau", "the bureau")],
                change: [
                    AuditAction.day, .always("differences", "how many were found"),
                    .always("ours", "how many stand there by our books"), .always("theirs", "how many by the bureau's"),
                ])
        case .handoffPacked:
            AuditActionDescription(
                "The files of a package were made; the entry is in the extract that the package holds of this log.",
                subject: [AuditAction.caseNumber, AuditAction.handoffNumber],
                change: [
                    .always("files", "how many files the manifest names"),
                    .always("manifestSHA256", "the SHA-256 of the package's manifest.json"),
                    .always("procedure", "the procedure, as the country names it"),
                ])
        case .handoffPrepared:
            AuditActionDescription(
                "Everything that must hold before a case goes to a court held, and the package was made.",
                subject: [AuditAction.caseNumber, AuditAction.handoffNumber],
                change: [
                    .always("checked", "what was seen to hold, by name"),
                    .always("claims", "the claims that are handed over; others of the case are left out"),
                    .always("day", "the day that counts"),
                    .always("fee", "the court's fee, which is booked when it is filed"),
                    .always("owed", "all that is owed by the package"),
                    .always("procedure", "the procedure, as the country names it"),
                    .always("sha256", "the SHA-256 of the package"),
                ],
                basis: "the sections that ask for what was checked")
        case .handoffRecalled:
            AuditActionDescription(
                "A package was taken back before it was filed.",
                subject: [AuditAction.caseNumber, AuditAction.handoffNumber],
                change: [.always("day", "the day that counts"), AuditAction.reason])
        case .handoffDeparted:
            AuditActionDescription(
                "Everything still held, and the package is filed by wire from here on.",
                subject: [AuditAction.caseNumber, AuditAction.handoffNumber],
                change: [.always("day", "the day that counts"), .always("sha256", "the SHA-256 of the package")])
        case .handoffRecorded:
            AuditActionDescription(
                "A court or a person did something in a case that was handed over.",
                subject: [
                    AuditAction.caseNumber, .always("event", "the number of the event"), AuditAction.handoffNumber,
                ],
                change: [
                    .sometimes("answer", "the court's name for its answer, where it came by wire"),
                    .always("day", "the day that counts"),
                    .sometimes("documentSHA256", "the SHA-256 of the paper that goes with it"),
                    .sometimes("fee", "what was laid out to the court"),
                    .sometimes("granted", "what was granted of the principal, where not all was"),
                    .sometimes("limitation", "what it does to limitation"),
                    .sometimes("outcome", "for whom it was decided"), .always("state", "what was reached"),
                ],
                basis: "the sections that set the fee")
        case .answerDismissed:
            AuditActionDescription(
                "A court's answer that could not be recorded was put aside by a person.",
                subject: [
                    .sometimes("case", "the number of the case, where the hand-off is ours"), AuditAction.handoffNumber,
                ],
                change: [
                    .always("answer", "the court's name for its answer"), .always("day", "the day that it states"),
                    AuditAction.reason, .always("state", "what it says was reached"),
                ])
        case .handoffListed:
            AuditActionDescription(
                "Somebody looked at the list of hand-offs.",
                subject: [.always("tenant", "the tenant's identifier")], change: [AuditAction.count])
        }
    }
}

/// The whole catalogue, for people and for programs.
package enum AuditActionCatalogue {
    /// As Markdown; a test compares it with `AuditTrail.docc/Actions.md`.
    package static var markdown: String {
        var lines = [
            "# The actions of the audit trail", "",
            "Every entry has the members `action`, `actor`, `basis`, `change`, `seq`, `subject` and `time`. "
                + "This page says what `subject`, `change` and `basis` hold for each action.",
            "`fordring audit actions --markdown` prints it.", "",
            "The actor is one of", "",
            "- `{\"operator\": name}`: a person at the command line;",
            "- `{\"plugin\": {\"name\": …, \"sha256\": …, \"version\": …}}`: a country's rules, whose decisions the daily "
                + "run carries out;",
            "- `{\"job\": number}`: a job of the queue;",
            "- `{\"importFile\": sha256}`: a file that the creditor sent;",
            "- `{\"host\": words}`: the host's own work.",
        ]
        for action in AuditAction.allCases {
            let entry = action.catalogue
            lines += ["", "## \(action.rawValue)", "", entry.meaning, ""]
            for (title, members) in [("subject", entry.subject), ("change", entry.change)] {
                lines += members.map { "- `\(title).\($0.name)`\($0.isOptional ? " (sometimes)" : ""): \($0.meaning)" }
            }
            lines.append("- `basis`: \(entry.basis.isEmpty ? "empty" : entry.basis)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
