package import GatehouseJSON

/// A gateway whose clients are another program's, which shows its credentials in a form of its own and not as `auth.token`.
package protocol ForeignSignInGateway: Gateway {
    /// What a client is told whose identity is refused, in the words that it knows.
    static var identityRefused: String { get }

    /// Takes the credentials out of the payload of CONNECT. Called on an event loop, for anybody: nothing is verified yet.
    func signIn(_ auth: inout JSONObject) -> ForeignSignIn
}

/// What the client of another program shows at CONNECT.
package struct ForeignSignIn: Sendable {
    package enum Credential: Sendable {
        case none
        case token(String)
        /// Something that cannot be one; the reason is for the audit log.
        case unusable(reason: String)
    }

    package var credential: Credential
    /// The subject that the token must have, where the client names one.
    package var subject: String?
    /// Called once the client is in, on its event loop, before its hooks.
    package var admitted: (@Sendable (Client) -> Void)?

    package init(_ credential: Credential, subject: String? = nil, admitted: (@Sendable (Client) -> Void)? = nil) {
        self.credential = credential
        self.subject = subject
        self.admitted = admitted
    }
}

/// How the clients of a namespace sign in, where it is not by `auth.token`.
struct SignInForm: Sendable {
    let read: @Sendable (inout JSONObject) -> ForeignSignIn
    let identityRefused: String

    init<Owner: ForeignSignInGateway>(of gateway: Owner) {
        read = { gateway.signIn(&$0) }
        identityRefused = Owner.identityRefused
    }
}
