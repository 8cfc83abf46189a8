import CJWT

@testable import GatehouseTokens

/// libjwt's decoder, as the oracle of the differential test. Only tokens that passed the strict front end are shown to it.
enum Libjwt {
    /// Whether libjwt finds the signature of `token` to be `key`'s. For RS and ES `key` is the public key's PEM.
    static func accepts(_ token: StrictToken, key: [UInt8], algorithm: SigningAlgorithm) -> Bool {
        guard token.algorithm == algorithm, let expected = algorithm.libjwt else { return false }
        let text = (token.bytes + [0]).map { CChar(bitPattern: $0) }
        return OpenSSLErrorQueue.isolated {
            var decoded: OpaquePointer?
            let status = unsafe jwt_decode(&decoded, text, key, Int32(key.count))
            guard let decoded = unsafe decoded else { return false }
            defer { unsafe jwt_free(decoded) }
            return unsafe status == 0 && jwt_get_alg(decoded) == expected
        }
    }
}
