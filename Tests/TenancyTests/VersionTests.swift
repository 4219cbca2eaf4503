import Tenancy
import Testing

@Suite struct VersionTests {
    @Test(arguments: [
        ("1.0.0", "1.0.1"), ("1.9.0", "1.10.0"), ("1.9", "1.9.1"), ("9", "10"), ("1.0", "1.0.0"), ("beta", "0.1"),
        ("a", "b"), ("2.0.0-rc1", "1.0.0"),
    ]) func `versions are ordered number by number, and what is none comes first`(_ older: String, _ newer: String) {
        #expect(VersionOrder.isOlder(older, newer))
        #expect(!VersionOrder.isOlder(newer, older))
        #expect(!VersionOrder.isOlder(older, older))
    }

    @Test(arguments: [("1.0.0", true), ("7", true), ("1.2.3.4", true), ("", false), ("1.", false), ("1.0-b", false)])
    func `a version is numbers with points between`(_ text: String, _ isVersion: Bool) {
        #expect(VersionOrder.isVersion(text) == isVersion)
    }
}
