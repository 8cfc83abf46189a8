import Gatehouse

/// The fields of every answer (CON-01): the page runs only scripts of this server, speaks only to this server and to the issuer that staff
/// sign in at, and stands in no frame.
struct SecurityHeaders: Sendable {
    let fields: [(name: String, value: String)]

    init(issuer: ConsoleIssuer? = nil) {
        let policy = [
            "default-src 'none'", "script-src 'self'", "style-src 'self'",
            "connect-src 'self'" + (issuer.map { " " + $0.origin } ?? ""), "img-src 'self' data:", "base-uri 'none'",
            "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
        ].joined(separator: "; ")
        fields = [
            ("Content-Security-Policy", policy),
            ("Referrer-Policy", "no-referrer"),
            ("X-Frame-Options", "DENY"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Embedder-Policy", "require-corp"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
        ]
    }
}
