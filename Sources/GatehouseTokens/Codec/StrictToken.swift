package import GatehouseJSON

/// The strict front end: a JWS in compact form (RFC 7515, 7.1) taken apart without trusting a byte of it. Nothing reaches libjwt or
/// libcrypto that has not passed here. Header and claims are read once, by our scanner, and never from a library's own parse.
package struct StrictToken: Sendable {
    /// The largest token, in bytes (SEC-14).
    package static let maximumBytes = 8 * 1024

    let bytes: [UInt8]
    let signingInputCount: Int
    package let header: JSONObject
    package let claims: JSONObject
    let signature: [UInt8]
    let algorithm: SigningAlgorithm
    let keyID: String?
    let type: String?

    /// The bytes the signature is over: both first parts and the dot between them.
    var signingInput: ArraySlice<UInt8> { bytes.prefix(signingInputCount) }

    package init(_ bytes: [UInt8]) throws(TokenRefusal) {
        guard bytes.count <= Self.maximumBytes else { throw TokenRefusal(.tooLarge) }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else { throw TokenRefusal(.malformed(.parts)) }
        header = try Self.object(parts[0])
        claims = try Self.object(parts[1])
        guard let signature = Base64.url.decode(parts[2]) else { throw TokenRefusal(.malformed(.base64)) }
        self.signature = signature
        signingInputCount = parts[1].endIndex
        self.bytes = bytes
        algorithm = try Self.algorithm(header)
        keyID = try Self.text(header, "kid", .kid)
        type = try Self.text(header, "typ", .typ)
        // RFC 7515, 4.1.11: `crit` names extensions that must be understood; none is supported here, so any `crit` is refused, and an empty
        // or mistyped one is malformed. The same for the unencoded payload (RFC 7797), whatever its value.
        guard header["crit"] == nil else { throw TokenRefusal(.header(.crit)) }
        guard header["b64"] == nil else { throw TokenRefusal(.header(.b64)) }
    }

    private static func object(_ part: ArraySlice<UInt8>) throws(TokenRefusal) -> JSONObject {
        guard let decoded = Base64.url.decode(part) else { throw TokenRefusal(.malformed(.base64)) }
        do {
            guard case .object(let object) = try JSONValue(parsing: decoded) else { throw TokenRefusal(.malformed(.json)) }
            return object
        } catch {
            // The scanner's offset would reveal the token's inside, so only the reason is kept.
            throw TokenRefusal(.malformed(.json))
        }
    }

    private static func algorithm(_ header: JSONObject) throws(TokenRefusal) -> SigningAlgorithm {
        guard case .string(let name)? = header["alg"],
            let algorithm = SigningAlgorithm.allCases.first(where: { $0.rawValue.utf8.elementsEqual(name.utf8) })
        else { throw TokenRefusal(.header(.alg)) }
        return algorithm
    }

    /// A header member that is a short text if it is there.
    private static func text(
        _ header: JSONObject, _ name: String, _ member: TokenRefusal.Reason.HeaderMember
    ) throws(TokenRefusal) -> String? {
        guard let value = header[name] else { return nil }
        guard case .string(let text) = value, (1...256).contains(text.utf8.count) else { throw TokenRefusal(.header(member)) }
        return text
    }
}
