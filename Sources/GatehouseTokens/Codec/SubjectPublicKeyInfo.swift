/// The X.509 form of a public key (RFC 5280, 4.1.2.7), built from a JWK's numbers, so that libcrypto's one well-trodden parser does the checks.
enum SubjectPublicKeyInfo {
    static func rsa(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
        let algorithm = DER.sequence(DER.objectIdentifier([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]), DER.null)
        return DER.sequence(algorithm, DER.bitString(DER.sequence(DER.integer(modulus), DER.integer(exponent))))
    }

    static func elliptic(_ curve: EllipticCurve, x: [UInt8], y: [UInt8]) -> [UInt8] {
        let named: [UInt8] =
            switch curve {
            case .p256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            case .p384: [0x2B, 0x81, 0x04, 0x00, 0x22]
            case .p521: [0x2B, 0x81, 0x04, 0x00, 0x23]
            }
        let algorithm = DER.sequence(
            DER.objectIdentifier([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]), DER.objectIdentifier(named))
        return DER.sequence(algorithm, DER.bitString([0x04] + x + y))
    }

    static func ed25519(_ point: [UInt8]) -> [UInt8] {
        DER.sequence(DER.sequence(DER.objectIdentifier([0x2B, 0x65, 0x70])), DER.bitString(point))
    }

    static func ed448(_ point: [UInt8]) -> [UInt8] {
        DER.sequence(DER.sequence(DER.objectIdentifier([0x2B, 0x65, 0x71])), DER.bitString(point))
    }
}
