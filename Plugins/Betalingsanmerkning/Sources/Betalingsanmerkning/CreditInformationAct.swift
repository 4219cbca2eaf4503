import FordringKit

/// Kredittopplysningsloven, the Norwegian act on credit information, 2019 no 109, in force 2022-07-01.
///
/// What the bureau itself must do is not ours to check: the block that a person asks for (§ 16), the copy letter at each
/// enquiry (§ 18), the archive of ten years (§ 25).
enum CreditInformationAct {
    private static let source = "kredittopplysningsloven, Act 2019 no 109"

    /// The tables were looked up through this day.
    static let checkedThrough = CivilDate(2026, 11, 22)

    private static let from = CivilDate(2022, 7, 1)

    /// § 10: the waits, the kept plan, and that several records of a claim are one remark.
    static let use = Citation(source, "§ 10")

    /// § 11: disputed claims.
    static let dispute = Citation(source, "§ 11")

    /// § 19: the copy to a natural person.
    static let copy = Citation(source, "§ 19")

    /// § 24: the end when the debt is settled.
    static let settled = Citation(source, "§ 24")

    /// How many months after the petition, the request for execution or, to a company, the demand; § 10.
    static let waitMonths = Effective("remarkWaitMonths", checkedThrough: checkedThrough, .from(from, 1, use))

    /// How many days a person has to correct; § 20.
    static let correctionDays = Effective(
        "remarkCorrectionDays", checkedThrough: checkedThrough, .from(from, 14, Citation(source, "§ 20")))

    /// How many years a remark is used; § 21.
    static let yearsMax = Effective(
        "remarkYearsMax", checkedThrough: checkedThrough, .from(from, 4, Citation(source, "§ 21")))

    /// § 21 gives four years; from when they count, it was not read to say.
    static let expiryCount = Citation.unverified(
        source, "§§ 21-22", "The years were read; that they count from the registration is this plug-in's reading.")

    /// The same for the age of what is to be registered.
    static let claimAge = Citation.unverified(
        source, "§§ 21-22",
        "The years were read; that they count from the due day or the newest legal step is this plug-in's reading.")

    /// § 22 gives four more years.
    static let newStepCount = Citation.unverified(
        source, "§ 22", "Read as four years from the new step, not as four more after the first four.")

    /// §§ 19 and 20 speak of natural persons; a person in business is one.
    static let copyToBusiness = Citation.unverified(
        source, "§§ 19-20",
        "The sections ask it for natural persons; a person in business is one, and the party's kind does not tell them "
            + "from companies, so every debtor is told.")

    /// A party in business that may be a natural person.
    static let petitionOfBusiness = Citation.unverified(
        source, "§ 10",
        "The section lets a legal person be used a month after the demand; that a party is one and not a person in business "
            + "cannot be told from its kind, so the wait of natural persons is kept.")

    /// Whose petition counts.
    static let petition = Citation.unverified(
        source, "§ 10",
        "The wait was read; that a petition to the conciliation board counts as the section's stevning is this plug-in's "
            + "reading.")
}
