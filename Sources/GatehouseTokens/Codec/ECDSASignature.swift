/// JOSE writes an ECDSA signature as `r || s`, each of the curve's size; libcrypto reads the ASN.1 form. The conversion is total and pure:
/// the caller has compared the length already, and a value out of range (0, or not below the order) is libcrypto's to refuse.
enum ECDSASignature {
    static func der(fromRaw raw: [UInt8]) -> [UInt8] {
        let half = raw.count / 2
        return DER.sequence(DER.integer(raw.prefix(half)), DER.integer(raw.dropFirst(half)))
    }
}
