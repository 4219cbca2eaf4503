/// The elements of a UBL document that a claim is made of, and where they are.
enum UBLElement: Int, CaseIterable {
    case id
    case issueDate
    case dueDate
    case paymentDueDate
    case note
    case currency
    case creditedInvoice
    case supplierName
    case supplierTradingName
    case supplierID
    case customerNumber
    case tradingName
    case registrationName
    case companyID
    case street
    case building
    case additionalStreet
    case addressLine
    case postalZone
    case city
    case country
    case phone
    case email
    case payableAmount
    case itemName
    case itemDescription
    case lineNote

    private static let supplier = "cac:AccountingSupplierParty/cac:Party/"
    private static let customer = "cac:AccountingCustomerParty/cac:Party/"

    /// The path below the root, as messages show it; `LINE` stands for the invoice's or the credit note's line.
    var path: String {
        switch self {
        case .id: "cbc:ID"
        case .issueDate: "cbc:IssueDate"
        case .dueDate: "cbc:DueDate"
        case .paymentDueDate: "cac:PaymentMeans/cbc:PaymentDueDate"
        case .note: "cbc:Note"
        case .currency: "cbc:DocumentCurrencyCode"
        case .creditedInvoice: "cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID"
        case .supplierName: UBLElement.supplier + "cac:PartyLegalEntity/cbc:RegistrationName"
        case .supplierTradingName: UBLElement.supplier + "cac:PartyName/cbc:Name"
        case .supplierID: UBLElement.supplier + "cac:PartyLegalEntity/cbc:CompanyID"
        case .customerNumber: UBLElement.customer + "cac:PartyIdentification/cbc:ID"
        case .tradingName: UBLElement.customer + "cac:PartyName/cbc:Name"
        case .registrationName: UBLElement.customer + "cac:PartyLegalEntity/cbc:RegistrationName"
        case .companyID: UBLElement.customer + "cac:PartyLegalEntity/cbc:CompanyID"
        case .street: UBLElement.customer + "cac:PostalAddress/cbc:StreetName"
        case .building: UBLElement.customer + "cac:PostalAddress/cbc:BuildingNumber"
        case .additionalStreet: UBLElement.customer + "cac:PostalAddress/cbc:AdditionalStreetName"
        case .addressLine: UBLElement.customer + "cac:PostalAddress/cac:AddressLine/cbc:Line"
        case .postalZone: UBLElement.customer + "cac:PostalAddress/cbc:PostalZone"
        case .city: UBLElement.customer + "cac:PostalAddress/cbc:CityName"
        case .country: UBLElement.customer + "cac:PostalAddress/cac:Country/cbc:IdentificationCode"
        case .phone: UBLElement.customer + "cac:Contact/cbc:Telephone"
        case .email: UBLElement.customer + "cac:Contact/cbc:ElectronicMail"
        case .payableAmount: "cac:LegalMonetaryTotal/cbc:PayableAmount"
        case .itemName: "LINE/cac:Item/cbc:Name"
        case .itemDescription: "LINE/cac:Item/cbc:Description"
        case .lineNote: "LINE/cbc:Note"
        }
    }

    /// Whether the first of several counts; of the others there may be one only, because two would be ambiguous.
    var mayRepeat: Bool {
        switch self {
        case .note, .paymentDueDate, .creditedInvoice, .customerNumber, .addressLine, .itemName, .itemDescription,
            .lineNote:
            true
        default: false
        }
    }

    /// The attribute that is kept with the element.
    var attribute: String? {
        switch self {
        case .supplierID, .companyID: "schemeID"
        case .payableAmount: "currencyID"
        default: nil
        }
    }
}

/// The documents that are read.
enum UBLDocumentKind: String {
    case invoice = "Invoice"
    case creditNote = "CreditNote"

    /// The namespace of the root element.
    var namespace: String { "urn:oasis:names:specification:ubl:schema:xsd:\(rawValue)-2" }

    var lineElement: String { "cac:\(rawValue)Line" }

    /// The path of an element in this kind of document.
    func path(_ element: UBLElement) -> String {
        let path = element.path
        return path.hasPrefix("LINE/") ? lineElement + path.dropFirst(4) : path
    }
}

/// The namespaces of the elements below the root, by their usual prefix.
enum UBLNamespace {
    static let basic = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
    static let aggregate = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"

    /// A name with its usual prefix as expat gives it.
    static func expanded(_ name: some StringProtocol) -> [UInt8] {
        Array(((name.hasPrefix("cbc:") ? basic : aggregate) + "\n" + name.dropFirst(4)).utf8)
    }
}

/// The wanted elements as a tree, so that the parser knows at each start tag whether to look into it.
struct UBLTree {
    struct Node {
        /// The names as expat gives them: namespace, line feed, local name.
        var children: [(name: [UInt8], node: Int)] = []
        var element: UBLElement?

        func child(_ name: UnsafeRawBufferPointer) -> Int? {
            children.first { $0.name.count == name.count && name.elementsEqual($0.name) }?.node
        }
    }

    private(set) var nodes = [Node()]

    init(_ kind: UBLDocumentKind) {
        for element in UBLElement.allCases {
            var index = 0
            for name in kind.path(element).split(separator: "/") {
                let key = UBLNamespace.expanded(name)
                if let child = key.withUnsafeBytes(nodes[index].child) {
                    index = child
                } else {
                    nodes.append(Node())
                    nodes[index].children.append((key, nodes.count - 1))
                    index = nodes.count - 1
                }
            }
            nodes[index].element = element
        }
    }

    static let invoice = UBLTree(.invoice)
    static let creditNote = UBLTree(.creditNote)
}
