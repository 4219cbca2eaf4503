import Database

/// Why the host did not do what it was asked, as a person at the command line needs to hear it.
package struct HostError: Error, Sendable, CustomStringConvertible {
    /// The kinds, each with the exit status that a program sees.
    package enum Code: Int32, Sendable, Hashable {
        /// A rule says no; nothing was changed.
        case refused = 1
        /// The input cannot be used.
        case badInput = 65
        /// Something that is needed is missing: a plug-in, a tool, a file of the host's own.
        case unavailable = 69
        /// Something failed that should not have.
        case fault = 70
    }

    package let code: Code
    /// What is wrong, where, and what to do.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}

extension HostError {
    /// Any error as one that a person can be told: the host's own as it is, others in the words of a closure.
    init(_ error: any Error, words: (String) -> String = { $0 }) {
        switch error {
        case let error as HostError: self = error
        case let fault as DatabaseFault:
            let isAway = fault.code == .cannotOpen || fault.code == .busy
            self.init(isAway ? .unavailable : .fault, words(fault.message))
        default: self.init(.fault, words("\(error)"))
        }
    }
}
