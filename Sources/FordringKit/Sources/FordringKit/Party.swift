/// What sort of party a debtor is; the law treats them differently.
public enum PartyKind: String, Sendable, Hashable, CaseIterable {
    /// A natural person who acts as a consumer.
    case consumer
    /// A company, or a person acting in business.
    case business
    /// A public authority.
    case publicAuthority = "public"
}

/// A postal address.
public struct PostalAddress: Sendable, Hashable {
    /// Street, number and floor; one or two lines.
    public var lines: [String]
    /// The postal code, as the country writes it.
    public var postalCode: String
    /// The city.
    public var city: String
    /// The country.
    public var country: CountryCode

    /// Makes an address.
    public init(lines: [String], postalCode: String, city: String, country: CountryCode) {
        self.lines = lines
        self.postalCode = postalCode
        self.city = city
        self.country = country
    }
}

/// Somebody who owes: name, kind, numbers and ways to be reached.
///
/// Personal data; never written to a log.
public struct Party: Sendable, Hashable {
    /// The full or registered name.
    public var name: String
    /// Consumer, business or public authority.
    public var kind: PartyKind
    /// The national number in normal form (CVR, CPR …), where it is known.
    public var nationalID: String?
    /// The creditor's own customer number, where it is known.
    public var customerNumber: String?
    /// Where letters go.
    public var address: PostalAddress
    /// The e-mail address, where it is known.
    public var email: String?
    /// The mobile number in international form, where it is known.
    public var phone: String?
    /// The language that letters to this party are written in.
    public var language: Language

    /// Makes a party.
    public init(
        name: String, kind: PartyKind, nationalID: String?, customerNumber: String?, address: PostalAddress,
        email: String?, phone: String?, language: Language
    ) {
        self.name = name
        self.kind = kind
        self.nationalID = nationalID
        self.customerNumber = customerNumber
        self.address = address
        self.email = email
        self.phone = phone
        self.language = language
    }
}
