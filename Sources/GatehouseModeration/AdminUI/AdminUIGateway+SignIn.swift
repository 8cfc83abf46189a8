package import Gatehouse
package import GatehouseJSON

/// The Admin UI signs in with `{username, password}`: the password is a token of staff, and the user name, where one is given, its subject.
/// It comes back with `{sessionId}`, which stands for the same token: that is verified anew each time, with its end, revocations and rules.
extension AdminUIGateway: ForeignSignInGateway {
    /// The words at which the UI asks for credentials again.
    package static let identityRefused = "invalid credentials"

    package func signIn(_ auth: inout JSONObject) -> ForeignSignIn {
        let (username, password, sessionID) = (auth["username"], auth["password"], auth["sessionId"])
        for name in ["username", "password", "sessionId"] { auth[name] = nil }
        if let password = password?.stringValue, !password.isEmpty {
            let name = username?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            return ForeignSignIn(.token(password), subject: name) { [sessions] client in
                guard let user = client.principal.user, let expires = client.principal.expires else { return }
                client[SignedIn.self].sessionID = sessions.begin(password, of: user, until: expires, now: Self.now(client))
            }
        }
        guard let sessionID = sessionID?.stringValue, !sessionID.isEmpty else { return ForeignSignIn(.none) }
        guard let token = sessions.token(of: sessionID) else { return ForeignSignIn(.unusable(reason: "unknown_session")) }
        return ForeignSignIn(.token(token))
    }

    private static func now(_ client: Client) -> Double { Double(client.server.runtime.clock.wallMilliseconds()) / 1_000 }
}
