import ArgumentParser
import Foundation
import Gatehouse
import GatehousePolicy
import GatehouseSettings
import Testing

@testable import GatehouseCommands

@Suite("gatehouse init")
struct InitTests {
    private static let package = NewPackage(name: "my-market", gatehouse: .path("/opt/gate house"))

    @Test("MDL-36: a package has the files of a program, its policies and their tests, a test and a page, and no file twice")
    func files() {
        let paths = Self.package.files.map(\.path)
        #expect(Set(paths).count == paths.count)
        for path in [
            "Package.swift", "Sources/my-market/Main.swift", "Tests/my-market-tests/ChatTests.swift", "policies/_global.yaml",
            "policies/chat.yaml", "policies/tests/chat.test.yaml", "web/index.html", "gateway.yaml", "README.md", ".gitignore",
        ] {
            #expect(paths.contains(path))
        }
        #expect(Self.package.files.allSatisfy { $0.text.hasSuffix("\n") && !$0.text.hasSuffix("\n\n") })
    }

    @Test("MDL-36: its policies load, pass their own tests, and trust the key that the first start makes")
    func policies() throws {
        let scratch = try ScratchDirectory()
        try Self.package.write(to: scratch.path + "/package")
        let directory = scratch.path + "/package/policies"
        let bundle = try PolicyFiles.load(directory)
        let report = bundle.run(try PolicyTestSuite.load(directory: directory))
        #expect(report.passed && report.results.count > 6, "\(report.text(coverage: true))")
        #expect(bundle.namespaces.keys.sorted() == ["/admin", "/chat"])
        #expect(
            KeyCheck(bundle, root: ".", made: [DevelopmentFiles(directory: DevelopmentFiles.defaultDirectory).tokenKeySet]).findings == [])
    }

    @Test("MDL-36: its settings are settings, and name the origin that the policies let in")
    func settings() async throws {
        let scratch = try ScratchDirectory()
        try Self.package.write(to: scratch.path + "/package")
        let command = try #require(
            try GatehouseCommand.parseAsRoot(["serve", "--config", scratch.path + "/package/gateway.yaml"]) as? ServeCommand)
        let configuration = try await command.options.settings(environment: [:]).settings.configuration
        #expect(configuration.transport == .insecure && configuration.port == 8_080)
        let origins = try #require(configuration.cors?.origins)
        let bundle = try PolicyFiles.load(scratch.path + "/package/policies")
        #expect(bundle.namespace("/chat")?.settings.origin.allow.map(\.description) == origins)
        let page = try #require(Self.package.files.first { $0.path == "web/index.html" }?.text)
        #expect(page.contains("http://localhost:\(configuration.port)/chat") && !page.contains("innerHTML"))
    }

    @Test(
        "MDL-36: it depends on a checkout or on a repository, under the name that SwiftPM gives that",
        arguments: [
            (NewPackage.Place.path("/opt/gate house"), #".package(name: "gatehouse", path: "/opt/gate house")"#, "gatehouse"),
            (.path(#"/a"b\"#), #".package(name: "gatehouse", path: "/a\"b\\")"#, "gatehouse"),
            (
                .url("https://git.example/x/gate.git"),
                #".package(url: "https://git.example/x/gate.git", from: "\#(PackageVersion.text)")"#, "gate"
            ),
        ])
    func manifest(_ place: NewPackage.Place, _ dependency: String, _ name: String) {
        let manifest = NewPackage(name: "market", gatehouse: place).manifest
        #expect(manifest.contains(dependency), "\(manifest)")
        #expect(manifest.contains("package: \"\(name)\""))
    }

    @Test(
        "A name is that of a folder, a program and a module",
        arguments: [
            ("market", true), ("my-market2", true), ("Market", true), ("", false), ("-m", false), ("m-", false), ("2m", false),
            ("a/b", false), ("..", false), ("a b", false), ("a_b", false), ("gatehouse", false), ("GatehouseX", false), ("NIOCore", false),
            ("testing", false), ("märkte", false), (String(repeating: "a", count: 41), false),
        ])
    func name(_ name: String, _ isGood: Bool) {
        #expect(NewPackage.isName(name) == isGood)
        #expect(NewPackage(name: "a-b-c", gatehouse: .path("/")).module == "a_b_c")
    }

    @Test("What is there already is not touched")
    func existing() throws {
        let scratch = try ScratchDirectory()
        _ = try scratch.write("mine", to: "Package.swift")
        #expect(throws: CommandFailure.self) { try Self.package.write(to: scratch.path) }
        #expect(try String(contentsOfFile: scratch.path + "/Package.swift", encoding: .utf8) == "mine")
    }

    @Test("The checkout is the nearest folder above that is one")
    func checkout() {
        #expect(Checkout.above("/a/b/c/d") { $0 == "/a/b" || $0 == "/a" } == "/a/b")
        #expect(Checkout.above("/a/b") { _ in false } == nil)
        #expect(Checkout.above("/a/b") { $0 == "/a/b" } == nil)
    }
}
