@_spi(FordringHost) package import FordringKit

/// The one authority over permits of the test process, which all of the package's tests share.
package enum TestAuthority {
    package static let shared: PermitAuthority = {
        guard let authority = PermitAuthority.claim() else { preconditionFailure("somebody else has the authority") }
        return authority
    }()
}
