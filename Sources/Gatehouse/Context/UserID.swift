/// A user: the issuer of the token and its subject. A subject is unique within its issuer only (SEC-15).
///
/// Compared byte by byte, as tokens and revocations are. Swift's `==` on strings would take two spellings of a character for one.
public struct UserID: Sendable, Hashable, CustomStringConvertible {
    /// The token's `iss`, exactly as it stands there.
    public let iss: String
    /// The token's `sub`, exactly as it stands there.
    public let subject: String

    /// A user from stored values.
    public init(iss: String, subject: String) {
        self.iss = iss
        self.subject = subject
    }

    /// - Returns: `nil` for an anonymous client.
    package init?(_ principal: Principal) {
        guard let iss = principal.iss, let subject = principal.subject else { return nil }
        self.init(iss: iss, subject: subject)
    }

    /// Whether both are the same user.
    public static func == (left: UserID, right: UserID) -> Bool {
        left.iss.utf8.elementsEqual(right.iss.utf8) && left.subject.utf8.elementsEqual(right.subject.utf8)
    }

    /// Issuer and subject, for a log.
    public var description: String { "\(iss) \(subject)" }
}

extension Principal {
    /// The user, as a key for stored data; `nil` for an anonymous client.
    public var user: UserID? { UserID(self) }
}

extension EventContext {
    /// The user who sent the event, as a key for stored data. Every client has one, unless a `connect` rule of the namespace's policy lets
    /// in clients without a token (`anonymous: true`): a gateway that declares ``Gateway/requiresUser`` is not started with such a policy.
    /// - Throws: ``GatewayError`` with `unauthorized` for an anonymous client.
    public var user: UserID {
        get throws(GatewayError) {
            guard let user = principal.user else { throw GatewayError(.unauthorized, "This needs a user: connect with a token") }
            return user
        }
    }
}
