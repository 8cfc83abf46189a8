import Synchronization

/// How many objects of C libraries this process owns, by their type in C. A key or a certificate may belong to no server, or to several, so
/// these are counted for the process; to see that they end, run a server in a process of its own.
///
/// Counted if a Swift value owns the object. Objects that a function frees before it returns are not counted.
package enum LiveHandles {
    /// A type of C.
    package enum Kind: String, CaseIterable, Sendable {
        case ssl = "SSL"
        case sslContext = "SSL_CTX"
        case key = "EVP_PKEY"
        case certificate = "X509"
        case digest = "EVP_MD"
        case digestContext = "EVP_MD_CTX"
        case bio = "BIO"
        /// Memory for a secret, wiped at its end.
        case secret
        case jwt = "jwt_t"
    }

    private static let ssl = Atomic<Int>(0)
    private static let sslContext = Atomic<Int>(0)
    private static let key = Atomic<Int>(0)
    private static let certificate = Atomic<Int>(0)
    private static let digest = Atomic<Int>(0)
    private static let digestContext = Atomic<Int>(0)
    private static let bio = Atomic<Int>(0)
    private static let secret = Atomic<Int>(0)
    private static let jwt = Atomic<Int>(0)

    /// Counts so many more, or fewer.
    package static func add(_ amount: Int, _ kind: Kind) {
        switch kind {
        case .ssl: ssl.add(amount, ordering: .relaxed)
        case .sslContext: sslContext.add(amount, ordering: .relaxed)
        case .key: key.add(amount, ordering: .relaxed)
        case .certificate: certificate.add(amount, ordering: .relaxed)
        case .digest: digest.add(amount, ordering: .relaxed)
        case .digestContext: digestContext.add(amount, ordering: .relaxed)
        case .bio: bio.add(amount, ordering: .relaxed)
        case .secret: secret.add(amount, ordering: .relaxed)
        case .jwt: jwt.add(amount, ordering: .relaxed)
        }
    }

    /// How many there are now.
    package static func count(_ kind: Kind) -> Int {
        switch kind {
        case .ssl: ssl.load(ordering: .relaxed)
        case .sslContext: sslContext.load(ordering: .relaxed)
        case .key: key.load(ordering: .relaxed)
        case .certificate: certificate.load(ordering: .relaxed)
        case .digest: digest.load(ordering: .relaxed)
        case .digestContext: digestContext.load(ordering: .relaxed)
        case .bio: bio.load(ordering: .relaxed)
        case .secret: secret.load(ordering: .relaxed)
        case .jwt: jwt.load(ordering: .relaxed)
        }
    }
}

/// Counts the C object of the value that owns it, for as long as that value is there.
package struct HandleMark: ~Copyable, Sendable {
    private let kind: LiveHandles.Kind

    package init(_ kind: LiveHandles.Kind) {
        self.kind = kind
        LiveHandles.add(1, kind)
    }

    deinit { LiveHandles.add(-1, kind) }
}
