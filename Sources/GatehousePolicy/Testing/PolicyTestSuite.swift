package import GatehouseJSON
package import GatehouseNetwork

/// A file of `policies/tests`: cases that must come out as written, and a table of roles and events.
package struct PolicyTestSuite: Sendable {
    /// One case: who does what, and the expected outcome.
    package struct Case: Sendable {
        package var name: String
        package var position: SourcePosition
        /// Another namespace than the suite's, such as one of those that a pattern stands for.
        package var namespace: String?
        package var actor: Actor
        package var action: PolicyAction
        package var expectation: Expectation
    }

    /// Who acts. Claims other than the named ones are taken as given.
    package struct Actor: Sendable {
        /// The issuer's name; nil for somebody without a token.
        package var issuer: String?
        package var sub = ""
        package var roles: [String]?
        package var scope: String?
        package var claims = JSONObject()
        package var joined: [String] = []
        /// `nil` where a trusted proxy does not say who its client is.
        package var ip: IPAddress? = IPAddress(v4: 0x7F00_0001)
        /// `origin`, and with `same_origin: true` that it is the server's own.
        package var origin: RequestOrigin = nil
        package var transport = TransportName.websocket
        /// Seconds since the authentication, for `auth_time`.
        package var authAge: Int64?

        package init() {}
    }

    /// The expected outcome; nil members may be anything.
    package struct Expectation: Sendable {
        package var effect: Decision.Effect
        package var rule: String?
        package var reason: Decision.Reason?
        package var wouldDeny: Bool?
    }

    /// Role by event: whether the role may ever send the event.
    package struct Table: Sendable {
        package var position: SourcePosition
        package var roles: [String]
        package var rows: [Row]

        package struct Row: Sendable {
            package var event: String
            package var position: SourcePosition
            /// One for each role.
            package var cells: [Decision.Effect]
        }
    }

    package var name: String
    package var file: String
    package var namespace: String
    package var cases: [Case]
    package var table: Table?
}
