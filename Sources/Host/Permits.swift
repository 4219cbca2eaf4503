@_spi(FordringHost) import FordringKit

/// The one authority of this process that makes permits.
///
/// Claimed before the first plug-in is opened, so that no plug-in can have it.
enum Permits {
    static let authority: PermitAuthority = {
        guard let authority = PermitAuthority.claim() else {
            preconditionFailure("somebody else has claimed the authority over permits before the host did")
        }
        return authority
    }()
}
