// FordringKitTests
