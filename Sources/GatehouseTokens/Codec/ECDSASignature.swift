/// JOSE writes an ECDSA signature as `r || s`, each of the curve's size; libcrypto reads the ASN.1 form. The conversion is total and pure.
/// The caller has compared the length already, and libcrypto refuses values out of range (0, or not below the order).
enum ECDSASignature {
    static func der(fromRaw raw: [UInt8]) -> [UInt8] {
        let half = raw.count / 2
        return DER.sequence(DER.integer(raw.prefix(half)), DER.integer(raw.dropFirst(half)))
    }
}
