public import GatehouseJSON
import GatehousePolicy

/// Allows a client that its payload names as the owner: a field holds the subject of its token, or the value of one of its claims.
///
/// Compared byte by byte. A client without the claim, and a payload without the field, are refused. A field or a claim that is not text
/// refuses also within ``Guard/not(_:)``.
public struct OwnerGuard: Guard {
    let field: JSONPointer
    /// `nil`: the subject.
    let claim: JSONPointer?
    /// The name that the policies give the issuer.
    let issuer: String?

    /// Decides at once.
    public func evaluateNow(_ request: EventRequest) throws -> GuardVerdict? {
        let principal = request.context.principal
        let policies = request.context.client.server.runtime.policies.current
        if let issuer {
            guard let own = principal.issuer, [own].containsBytes(of: issuer) else { return .deny(reason: "other_issuer") }
        } else if policies.global.issuers.count > 1 {
            // One issuer's alice is not another's.
            throw OwnerGuardFault()
        }
        guard let own = try identity(principal) else { return .deny(reason: "claim_missing") }
        guard let owner = try request.text(at: field) else { return .deny(reason: "owner_missing") }
        return [own].containsBytes(of: owner) ? .allow : .deny(reason: "not_owner")
    }

    private func identity(_ principal: Principal) throws -> String? {
        guard let claim, !principal.isAnonymous else { return principal.subject }
        guard let value = principal.claims.value(at: claim) else { return nil }
        guard let text = value.stringValue else { throw UnreadableClaim("the claim \(claim)") }
        return text
    }
}

/// The guard does not name the issuer of the subjects in its field, and there are several issuers.
struct OwnerGuardFault: Error, CustomStringConvertible {
    var description: String {
        "the policies know several issuers, and subjects are unique within one only: say whose, as in .owner(of: \"/user\", issuer: \"corp\")"
    }
}

extension Guard where Self == OwnerGuard {
    /// A field of the payload names the client.
    /// - Parameters:
    ///   - field: where its first argument names the owner, as in `/user`.
    ///   - claim: the claim of the client's token to compare it with, as in `/account/id`; `nil` for the subject.
    ///   - issuer: the policies' name of the issuer of the owners' tokens. Needed if there are several issuers: without it everybody is
    ///     refused, and the log says why.
    public static func owner(of field: JSONPointer, claim: JSONPointer? = nil, issuer: String? = nil) -> OwnerGuard {
        OwnerGuard(field: field, claim: claim, issuer: issuer)
    }
}
