import BureauExchange
import FordringKit
import Testing

@Suite struct DeletionCodeTests {
    @Test func `the records' four words stay, and every other reason is one of them`() {
        let words = ["paid", "disputed", "wrong", "expired"]
        #expect(words.map(DeletionCode.code) == words)
        for name in ["debtRelief", "aReasonOfALaterKit", "", "Paid", "paid,1"] {
            #expect(DeletionCode.code(name) == "other")
        }
        for reason in RegistrationDeletion.Reason.allCases {
            let code = RegistrationDeletion(number: 1, reason: reason).code
            #expect(code == (words.contains(reason.rawValue) ? reason.rawValue : "other"))
        }
    }
}
