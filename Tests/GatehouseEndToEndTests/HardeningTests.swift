import GatehouseTestSupport
import Testing

@Suite("The built server under a scanner, and without descriptors", .serialized)
struct HardeningTests {
    @Test(
        "SEC-01, SEC-43, R21: sslyze finds nothing against Mozilla's intermediate profile; no old version, h2, renegotiation, compression")
    func scanned() async throws {
        let server = try await RunningServer(in: ServerDirectory())
        let scan = try await server.run(Scenario("a TLS scan", "tls_scan.py"))
        #expect(scan.status == 0, "\(scan.account)")
        #expect(await server.stop() == 0, "\(server.output.text)")
    }

    @Test("SEC-46, R15: with 256 descriptors, all taken: it lives, hardly computes, serves who is there, and takes new clients within 2 s")
    func withoutDescriptors() async throws {
        // Connections that say nothing take the descriptors: as many as that may be there at a time.
        let policies = TestPolicies.files.mapValues { $0.replacing("unauthenticated: 100 ", with: "unauthenticated: 1000 ") }
        let server = try await RunningServer(in: ServerDirectory(policies), descriptors: 256)
        let client = try await server.run(Scenario("no descriptors are left", "descriptors.py", "exhaustion"))
        #expect(client.status == 0, "\(client.account)\n\(server.output.text)")
        #expect(await server.stop() == 0, "\(server.output.text)")
    }

    @Test(
        "SEC-A, R17: without a token a connection costs at most 64 KiB of resident memory, over TLS, whatever it sends and leaves unread",
        .enabled(if: Sanitizer.name == nil, "a sanitizer takes memory of its own for each byte"),
        arguments: ["nothing", "hello", "head", "frame", "pings", "requests", "body"])
    func memory(_ what: String) async throws {
        let server = try await RunningServer(in: ServerDirectory())
        let client = try await server.run(Scenario("memory before a token", "memory.py", what))
        #expect(client.status == 0, "\(client.account)\n\(server.output.text)")
        #expect(await server.stop() == 0, "\(server.output.text)")
    }
}
