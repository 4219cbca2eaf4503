/// What a claim rests on, as far as limitation asks for it.
public enum ClaimBasis: String, Sendable, Hashable, CaseIterable {
    /// An invoice or another agreement.
    case ordinary
    /// A debt instrument (gældsbrev, gjeldsbrev).
    case debtInstrument
    /// A loan of money; not a vendor's credit.
    case moneyLoan
    /// Pay for work.
    case employment
}

/// Something that happened to a claim and that limitation depends on.
public struct ClaimEvent: Sendable, Hashable {
    /// What happened.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The debtor acknowledged the debt towards the creditor, by words or by paying a part.
        case acknowledgement
        /// The debtor acknowledged existence and amount in writing (skylderklæring, frivilligt forlig).
        case writtenAcknowledgement
        /// A lawsuit, a payment order or a conciliation petition was filed.
        case proceedingsFiled
        /// Proceedings ended without a decision on the claim.
        case proceedingsEnded
        /// A complaint went to a board that can decide it.
        case boardComplaint
        /// The claim was lodged in a bankruptcy or a call to creditors.
        case insolvencyClaim
        /// Execution was asked for (udlæg, utlegg).
        case enforcementRequested
        /// A judgment, a settlement in court or an endorsed payment order fixed the claim.
        case judgment
        /// Proceedings ended without a decision because the creditor chose so beforehand, which gives no extra year
        /// where the law says so.
        case proceedingsDropped
        /// A judgment or endorsement was reopened or challenged: it fixes the claim no longer, and proceedings run again.
        case judgmentSetAside
    }

    /// What happened.
    public var kind: Kind
    /// The day.
    public var on: CivilDate

    /// States an event.
    public init(_ kind: Kind, on day: CivilDate) {
        self.kind = kind
        on = day
    }
}

/// Reminders with a fee that somebody else sent before the claim came to the agency.
public struct EarlierReminders: Sendable, Hashable {
    /// How many carried a fee.
    public var count: Int
    /// The day on which the latest was sent.
    public var latestOn: CivilDate

    /// States them.
    public init(count: Int, latestOn: CivilDate) {
        self.count = count
        self.latestOn = latestOn
    }
}
