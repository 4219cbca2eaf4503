import BureauExchange
import FordringKit
import Testing

@Suite struct SettingsTests {
    @Test(arguments: [
        ("transport", "post"), ("transport", ""), ("personNumbers", "maybe"), ("deletionDaysPaid", "31"),
        ("deletionDaysWrong", "-1"), ("deletionDaysDisputed", "soon"),
    ])
    func `a value that cannot be is refused with its key`(key: String, value: String) {
        let context = Sample.context("", [key: value])
        let error = #expect(throws: PluginSettingError.self) {
            _ = (try ConnectionSettings(context), try DeletionDays(context))
        }
        #expect(error?.key == key)
    }

    @Test func `a deletion is confirmed within the days of its reason`() throws {
        let days = try DeletionDays(Sample.context("", ["deletionDaysPaid": "5"]))
        #expect(RegistrationDeletion.Reason.allCases.allSatisfy { days[$0] == ($0 == .paid ? 5 : 1) })
        #expect(days[.paid] == 5)
        #expect(DeletionDays.key(.expired) == "deletionDaysExpired")
    }
}
