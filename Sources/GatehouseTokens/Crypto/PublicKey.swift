internal import COpenSSL
internal import GatehouseLiveObjects

/// An asymmetric key, parsed and checked once at load and never changed after.
struct PublicKey: Sendable {
    enum Kind: Sendable, Equatable {
        case rsa(modulusBytes: Int)
        case elliptic(EllipticCurve)
        case ed25519
        case ed448

        var name: String {
            switch self {
            case .rsa(let bytes): "RSA of \(bytes &* 8) bits"
            case .elliptic(let curve): "EC on \(curve.rawValue)"
            case .ed25519: "Ed25519"
            case .ed448: "Ed448"
            }
        }
    }

    let handle: OwnedHandle
    let kind: Kind

    /// Bounds on an RSA modulus: below the first a key is weak (RFC 7518, 3.3), above the second one verification becomes a burden.
    private static let rsaBits = 2048...8192

    /// Takes over an `EVP_PKEY` and checks its strength; nil stands for a failed parse.
    init(adopting pointer: OpaquePointer?) throws(TokenKeyError) {
        guard let handle = unsafe OwnedHandle(pointer, .key, release: { unsafe EVP_PKEY_free($0) }) else {
            let reason = OpenSSLErrorQueue.lastReason() ?? "not a key that libcrypto reads"
            throw TokenKeyError(.malformedKey, "the key cannot be read: \(reason)")
        }
        self.handle = handle
        kind = try unsafe handle.withPointer { (key) throws(TokenKeyError) in try unsafe Self.checkedKind(of: key) }
    }

    private static func checkedKind(of key: OpaquePointer) throws(TokenKeyError) -> Kind {
        switch unsafe EVP_PKEY_get_base_id(key) {
        case NID_rsaEncryption:
            let bits = unsafe Int(EVP_PKEY_get_bits(key))
            guard rsaBits.contains(bits) else {
                throw TokenKeyError(
                    .weakKey, "an RSA key of \(bits) bits is outside \(rsaBits.lowerBound) to \(rsaBits.upperBound): make a new key")
            }
            let exponent = unsafe integer(OSSL_PKEY_PARAM_RSA_E, of: key)
            // FIPS 186-5, 5.4: an odd number above 2^16. libcrypto tells it without zeros in front.
            guard let exponent, let last = exponent.last, last & 1 == 1, (3...8).contains(exponent.count) else {
                throw TokenKeyError(.weakKey, "the RSA key's public exponent is not an odd number from 65537 to 2^64: make a new key")
            }
            // Among others: the modulus is odd, not prime and has no small factor.
            guard unsafe isSound(key) else {
                throw TokenKeyError(.forgedKey, "the RSA key's modulus is not one of an RSA key: make a new key")
            }
            return .rsa(modulusBytes: (bits &+ 7) / 8)
        case NID_X9_62_id_ecPublicKey:
            guard let curve = unsafe curve(of: key) else {
                throw TokenKeyError(.algorithmMismatch, "the EC key is on a curve other than P-256, P-384 and P-521")
            }
            guard unsafe isSound(key) else { throw TokenKeyError(.forgedKey, "the EC key is not a point of \(curve.rawValue)") }
            return .elliptic(curve)
        case NID_ED25519: return try unsafe edwards(.ed25519, key)
        case NID_ED448: return try unsafe edwards(.ed448, key)
        default:
            throw TokenKeyError(.algorithmMismatch, "the key is neither RSA, EC, Ed25519 nor Ed448")
        }
    }

    private static func curve(of key: OpaquePointer) -> EllipticCurve? {
        var name = [CChar](repeating: 0, count: 64)
        let found = unsafe name.withUnsafeMutableBufferPointer { buffer in
            unsafe EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, buffer.baseAddress, buffer.count, nil)
        }
        guard found == 1 else { return nil }
        let text = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return EllipticCurve(groupName: String(decoding: text, as: UTF8.self))
    }

    private static func edwards(_ kind: Kind, _ key: OpaquePointer) throws(TokenKeyError) -> Kind {
        guard let point = unsafe point(of: key, bytes: kind == .ed25519 ? 32 : 57), !EdwardsPoint.isWeak(point) else {
            throw TokenKeyError(.forgedKey, "the \(kind.name) key is a point under which anybody can sign: make a new key")
        }
        return kind
    }

    /// libcrypto's own check of a public key.
    private static func isSound(_ key: OpaquePointer) -> Bool {
        guard let context = unsafe EVP_PKEY_CTX_new(key, nil) else { return false }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        return unsafe EVP_PKEY_public_check(context) == 1
    }

    /// An integer parameter of the key, big-endian without leading zeros.
    private static func integer(_ name: UnsafePointer<CChar>, of key: OpaquePointer) -> [UInt8]? {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(key, name, &number) == 1, let number = unsafe number else { return nil }
        defer { unsafe BN_free(number) }
        var bytes = [UInt8](repeating: 0, count: (Int(unsafe BN_num_bits(number)) &+ 7) / 8)
        let written = unsafe bytes.withUnsafeMutableBufferPointer { unsafe BN_bn2bin(number, $0.baseAddress) }
        return written == bytes.count ? bytes : nil
    }

    /// An integer parameter by name, big-endian, left-padded with zeros to `width` (nil: as short as it is).
    func integer(named name: String, width: Int? = nil) -> [UInt8]? {
        OpenSSLErrorQueue.isolated {
            unsafe handle.withPointer { key in
                guard let bytes = unsafe name.withCString({ unsafe Self.integer($0, of: key) }) else { return nil }
                guard let width, bytes.count < width else { return bytes }
                return [UInt8](repeating: 0, count: width &- bytes.count) + bytes
            }
        }
    }

    func isEqual(to other: PublicKey) -> Bool {
        OpenSSLErrorQueue.isolated {
            unsafe handle.withPointer { mine in
                unsafe other.handle.withPointer { theirs in unsafe EVP_PKEY_eq(mine, theirs) == 1 }
            }
        }
    }

    /// The raw public key of an Edwards curve.
    func edwardsPoint() -> [UInt8]? {
        OpenSSLErrorQueue.isolated { unsafe handle.withPointer { unsafe Self.point(of: $0, bytes: kind == .ed25519 ? 32 : 57) } }
    }

    private static func point(of key: OpaquePointer, bytes size: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: size)
        var length = size
        let done = unsafe bytes.withUnsafeMutableBufferPointer { unsafe EVP_PKEY_get_raw_public_key(key, $0.baseAddress, &length) }
        return done == 1 && length == size ? bytes : nil
    }
}
