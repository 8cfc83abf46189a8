import ArgumentParser
import Gatehouse
import GatehouseFiles
import GatehouseTLS

/// `gatehouse certs check`
struct CertsCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a certificate with its key as the server would, and show whose it is.",
        discussion: """
            The key must be the certificate's, the dates must hold now, and nobody else may change the files or read the key.

            Example:
              \(Program.name) certs check certs/server.pem --key certs/server-key.pem

            Exit codes: 0 the server would take it, 1 it would not.
            """
    )

    @Argument(help: ArgumentHelp("PEM, the leaf first.", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp("The PEM file of its key. Default: the same name with -key before .pem.", valueName: "file"))
    var key: String?

    func run() throws {
        let now = WallTime.seconds
        let key = key ?? Self.keyPath(for: file)
        let findings = TrustCheck().findings(ofCertificates: Configuration(transport: .tls(certificate: file, privateKey: key)))
        guard findings.isEmpty else { throw CommandFailure(.refused, findings.text) }
        let configuration = TLSServerConfiguration(certificatePath: file, privateKeyPath: key)
        let context: TLSContext
        do {
            context = try TLSContext.server(configuration, now: now)
        } catch {
            throw CommandFailure(.refused, ErrorText.of(error))
        }
        guard let summary = context.certificate else { throw CommandFailure(.refused, "\(file) holds no certificate") }
        var table = TextTable("certificate", file)
        table.add("subject", summary.subject)
        table.add("issuer", summary.issuer)
        table.add("from", WallTime.text(seconds: summary.notBefore))
        table.add("until", "\(WallTime.text(seconds: summary.notAfter)), \((summary.notAfter - now) / 86_400) days left")
        table.add("sha256", summary.fingerprint)
        if summary.isDevelopment { table.add("note", "made for development: `\(Program.name) serve --strict` refuses it") }
        try table.print()
    }

    /// `certs/server.pem` goes with `certs/server-key.pem`.
    static func keyPath(for certificate: String) -> String {
        (certificate.hasSuffix(".pem") ? String(certificate.dropLast(4)) : certificate) + "-key.pem"
    }
}
