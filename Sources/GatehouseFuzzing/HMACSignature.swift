import COpenSSL

/// HS256 by libcrypto directly, so that the verifier is not judged by itself.
enum HMACSignature {
    /// Known to every corpus, and to nobody's service.
    static let secret = [UInt8](1...32)

    static func of(_ text: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 32)
        unsafe _ = HMAC(EVP_sha256(), secret, Int32(secret.count), text, text.count, &output, nil)
        return output
    }

    /// Whether the third part is the one base64url text of the code over the first two.
    static func isValid(_ token: [UInt8]) -> Bool {
        guard let dot = token.lastIndex(of: 0x2E) else { return false }
        return token[(dot + 1)...].elementsEqual(text(of(Array(token[..<dot]))))
    }

    private static func text(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        let bits = bytes.flatMap { byte in (0..<8).map { byte >> UInt8(7 - $0) & 1 } }
        return stride(from: 0, to: bits.count, by: 6).map { start in
            let group = bits[start..<min(start + 6, bits.count)]
            let value = group.reduce(0) { $0 << 1 | Int($1) } << (6 - group.count)
            return digits[value]
        }
    }
}
