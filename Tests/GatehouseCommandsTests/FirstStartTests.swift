import ArgumentParser
import Foundation
import Gatehouse
import GatehouseSettings
import GatehouseTokens
import Testing

@testable import GatehouseCommands

@Suite("A first start")
struct FirstStartTests {
    private static let now = Int64(Date().timeIntervalSince1970)

    private func prepare(_ directory: ScratchDirectory) throws -> [String] {
        let files = DevelopmentFiles(directory: directory.path)
        let start = FirstStart(files: files, state: directory.path + "/var", makesCertificates: true, makesTokenKey: true)
        return try start.prepare(now: Self.now)
    }

    @Test("SEC-48: makes keys that only their owner reads, and public files that everybody may read")
    func modes() throws {
        let directory = try ScratchDirectory()
        let files = DevelopmentFiles(directory: directory.path)
        #expect(Set(try prepare(directory)) == Set(files.all))
        for key in [files.authorityKey, files.certificateKey, files.tokenKey] { #expect(try directory.mode(key) == 0o600, "\(key)") }
        for open in [files.authority, files.certificate, files.tokenKeySet] { #expect(try directory.mode(open) == 0o644, "\(open)") }
        #expect(try directory.mode(directory.path + "/var") == 0o750)
    }

    @Test("SEC-48: a second start keeps every byte")
    func keeps() throws {
        let directory = try ScratchDirectory()
        _ = try prepare(directory)
        let before = try directory.contents()
        #expect(try prepare(directory) == [])
        #expect(try directory.contents() == before)
    }

    @Test(
        "Half of a set is refused and left as it is: the other half would not fit",
        arguments: ["dev-ca.pem", "server.pem", "server-key.pem", DevelopmentTokenKey.privateFileName, DevelopmentTokenKey.publicFileName])
    func half(_ name: String) throws {
        let directory = try ScratchDirectory()
        let file = try directory.write("mine", to: name)
        let failure = #expect(throws: CommandFailure.self) { try prepare(directory) }
        #expect(failure?.status == .cannotStart)
        #expect(failure?.message.contains(name) == true)
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "mine")
    }

    @Test(
        "Makes certificates and keys only in the default place, and never with --strict",
        arguments: [
            ("", true, true), ("--strict", false, false), ("--certs elsewhere", false, false), ("--insecure", false, true),
            ("--cert a.pem --key b.pem", false, true), ("--root elsewhere", true, false), ("--root .", true, true),
        ])
    func onlyInTheDefaultPlace(_ arguments: String, certificates: Bool, tokenKey: Bool) async throws {
        let options = try ServeOptions.parse(arguments.split(separator: " ").map(String.init))
        let settings = try await options.settings(environment: [:]).settings
        let place = "certs/" + DevelopmentTokenKey.publicFileName
        let start = FirstStart(settings, try TestPolicies.bundle(keys: place))
        #expect(start.makesCertificates == certificates)
        #expect(start.makesTokenKey == tokenKey)
    }

    @Test("Makes no token key for an issuer that is none of development, or that has its keys elsewhere")
    func onlyForDevelopment() throws {
        let settings = ServerSettings()
        let place = "certs/" + DevelopmentTokenKey.publicFileName
        #expect(!FirstStart(settings, try TestPolicies.bundle(keys: place, development: false)).makesTokenKey)
        #expect(!FirstStart(settings, try TestPolicies.bundle(keys: "certs/corp.jwks.json")).makesTokenKey)
    }
}
