import GatehouseJSON
import GatehousePolicy

/// The target of an act.
enum AdminTarget {
    /// A user is an issuer's `iss` and a subject; most policies have one issuer.
    static func user(_ subject: String, iss: String?, _ source: IssuerOptions) throws(CommandFailure) -> JSONValue {
        ["iss": .string(try self.iss(iss, source)), "sub": .string(subject)]
    }

    /// The `iss` that was given, or that of the chosen issuer.
    static func iss(_ iss: String?, _ source: IssuerOptions) throws(CommandFailure) -> String {
        if let iss { iss } else { try source.chosen().issuer.iss }
    }
}
