import GatehouseJSON
package import GatehousePolicy
package import GatehouseTokens

extension TokenRequest {
    /// Gives the token, where it does not have them, the values that its issuer's `require_values` ask for: the first of each.
    package mutating func complete(for issuer: IssuerPolicy) {
        for required in issuer.requiredValues {
            guard let value = required.values.first, JSONValue.object(claims).value(at: required.pointer) == nil else { continue }
            if required.pointer.tokens == ["client_id"], case .string(let client) = value {
                clientID = client
            } else if case .object(let object) = JSONValue.object(claims).setting(value, at: required.pointer.tokens[...]) {
                claims = object
            }
        }
    }
}
