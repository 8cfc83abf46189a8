package import GatehouseJSON
package import GatehouseNetwork

/// The members of a `when` or `unless`; all given ones must hold.
package struct Condition: Sendable, Equatable {
    /// `anonymous: true`: there is no token.
    package var anonymous = false
    /// Issuer names of which the token's must be one.
    package var issuers: [String]?
    package var roles: MemberTest?
    package var scopes: MemberTest?
    package var claims: [ClaimTest] = []
    package var auth: AuthenticationTest?
    package var ip: [CIDR]?
    package var transports: [TransportName]?

    package init() {}
}

/// `any_of` and `all_of` against a set of words.
package struct MemberTest: Sendable, Equatable {
    package var anyOf: [String]?
    package var allOf: [String]?
}

/// One entry of `claims`: a pointer, and what must hold of the value there.
package struct ClaimTest: Sendable, Equatable {
    package var pointer: JSONPointer
    package var equals: JSONValue?
    package var among: [JSONValue]?
    package var exists: Bool?
    package var atLeast: JSONValue?
    package var atMost: JSONValue?
}

/// `auth`: how fresh and how strong the authentication was.
package struct AuthenticationTest: Sendable, Equatable {
    /// In seconds.
    package var maxAge: Int64?
    package var amrAny: [String]?
    package var acrAny: [String]?
}
