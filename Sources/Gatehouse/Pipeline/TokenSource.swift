import GatehouseJSON

/// Where the token of a CONNECT is (SEC-05): in the packet's `auth.token`, or in the `Authorization` field of the request that opened the
/// session. Nowhere else.
enum TokenSource: Equatable {
    case none
    case token(String)
    /// Both places, with different tokens; or something there that is no token.
    case contradictory
    /// Credentials of another program that stand for no token; the reason is for the audit log.
    case unusable(reason: String)

    /// The credentials of another program's client (``ForeignSignInGateway``), which stand for its `auth.token`.
    init(_ signIn: ForeignSignIn, authorization: [String]) {
        switch signIn.credential {
        case .none: self.init(auth: [:], authorization: authorization)
        case .token(let text): self.init(auth: ["token": .string(text)], authorization: authorization)
        case .unusable(let reason): self = .unusable(reason: reason)
        }
    }

    init(auth: JSONObject, authorization: [String]) {
        var found: [String] = []
        switch auth["token"] {
        case nil: break
        case .string(let token)?: found.append(token)
        default:
            self = .contradictory
            return
        }
        for field in authorization {
            let parts = field.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else {
                self = .contradictory
                return
            }
            found.append(String(parts[1]))
        }
        guard let first = found.first else {
            self = .none
            return
        }
        self = found.allSatisfy { $0 == first } ? .token(first) : .contradictory
    }
}
