import GatehouseJSON
import GatehousePolicy

/// Whom an act is about.
enum AdminTarget {
    /// A user is an issuer's `iss` and a subject; most policies have one issuer to think of.
    static func user(_ subject: String, iss: String?, _ source: IssuerOptions) throws(CommandFailure) -> JSONValue {
        let iss = if let iss { iss } else { try source.chosen().issuer.iss }
        return ["iss": .string(iss), "sub": .string(subject)]
    }
}
