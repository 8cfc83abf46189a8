import ArgumentParser
import GatehouseAudit
import GatehouseJSON
import GatehouseTesting
import GatehouseTokens
import Glibc

/// How long a revocation, and a change of rules, takes to reach live sessions (SEC-17, MOD-40, POL-10, R11).
struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract:
            "Hold many live sessions over both transports, revoke tokens, take a role's rights away, and time how soon each client sees it.",
        discussion: """
            Start `gatehouse-bench server` first, in a process of its own, with the same --directory. Times are from before the request \
            leaves to the moment a client has `system.closed`, in milliseconds, a JSON line for each act. For the change of rules the \
            policy file in the directory gets another revision, in which the role of all sessions may no longer connect, and is reloaded \
            through /admin.
            """)

    @Option(help: "The server.") var url = "http://127.0.0.1:9001"
    @Option(help: "The directory that the server runs in; the key for tokens is taken from it.") var directory = "var/bench"
    @Option(help: "Sessions over WebSocket.") var websockets = 4_500
    @Option(help: "Sessions over polling.") var polling = 500
    @Option(help: "Tokens that are revoked one by one, before the rest is revoked at once.") var singles = 200

    func validate() throws {
        guard websockets >= 0, polling >= 0, (0...(websockets + polling)).contains(singles) else {
            throw ValidationError("--websockets, --polling and --singles are counts, and there are no more singles than sessions")
        }
    }

    func run() async throws {
        let crowd = try RevocationCrowd(url: url, directory: directory)
        let setup = try await ContinuousClock().measure {
            try await crowd.join(websockets, over: .webSocket)
            try await crowd.join(polling, over: .polling)
        }
        print(
            "{\"sessions\":\(crowd.sessions.count),\"websocket\":\(websockets),\"polling\":\(polling),\"setup_s\":\(setup.components.seconds)}"
        )
        let admin = try await crowd.admin()

        // Taken from everywhere in the crowd, so that both transports are among them.
        let step = max(1, crowd.sessions.count / max(1, singles))
        let chosen = stride(from: 0, to: crowd.sessions.count, by: step).prefix(singles).map { crowd.sessions[$0] }
        var times: [Duration] = []
        for session in chosen {
            times += try await measure([session]) { try await admin.revoke(["jti": .string(session.jti), "iss": .string(BenchFiles.iss)]) }
        }
        report("jti", times)

        let names = Set(chosen.map(\.jti))
        var rest = crowd.sessions.filter { !names.contains($0.jti) }
        let user: JSONObject = ["user": ["iss": .string(BenchFiles.iss), "sub": .string(RevocationCrowd.subject)]]
        report("user", try await measure(rest) { try await admin.revoke(user) })

        // Tokens of another user, since those of the first are no longer taken.
        let second = try RevocationCrowd(url: url, directory: directory, subject: "others")
        try await second.join(websockets, over: .webSocket)
        try await second.join(polling, over: .polling)
        rest = second.sessions
        try BenchFiles(root: directory).shutUsersOut()
        report("rules", try await measure(rest) { try await admin.reload() })
    }

    /// Does something that ends sessions, and times each of them: any act will do.
    private func measure(_ sessions: [RevocationCrowd.Session], _ act: () async throws -> Void) async throws -> [Duration] {
        let clock = ContinuousClock()
        return try await withThrowingTaskGroup(of: ContinuousClock.Instant.self) { group in
            for session in sessions {
                group.addTask {
                    try await session.client.event("system.closed", within: .seconds(60))
                    return clock.now
                }
            }
            // Every client is listening once its question has been through its event loop; a request too early only looks slower.
            let start = clock.now
            try await act()
            return try await group.reduce(into: []) { $0.append($1 - start) }
        }
    }

    private func report(_ act: String, _ times: [Duration]) {
        let sorted = times.map { Double($0.components.seconds) * 1_000 + Double($0.components.attoseconds) / 1e15 }.sorted()
        guard let last = sorted.last else { return }
        func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
        func quantile(_ share: Double) -> String { text(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) }
        print(
            "{\"act\":\"\(act)\",\"count\":\(sorted.count),\"p50_ms\":\(quantile(0.5)),\"p99_ms\":\(quantile(0.99)),\"max_ms\":\(text(last))}"
        )
    }
}

/// Sessions of one user, each with a token of its own.
final class RevocationCrowd {
    static let subject = "crowd"

    private let subject: String

    struct Session: Sendable {
        let client: SocketIOClient
        let jti: String
    }

    private let url: String
    private let issuer: TokenIssuer
    private(set) var sessions: [Session] = []

    init(url: String, directory: String, subject: String = RevocationCrowd.subject) throws {
        self.url = url
        self.subject = subject
        issuer = try BenchFiles(root: directory).issuer(DevelopmentTokenKey.load(from: directory + "/certs"))
    }

    /// As many at once as a client machine opens, not so many that the listener's queue overflows.
    func join(_ count: Int, over transport: SocketIOClient.Transport) async throws {
        let url = url
        var left = count
        while left > 0 {
            let batch = min(left, 100)
            left -= batch
            let tokens = try (0..<batch).map { _ in try token(subject, role: "user") }
            sessions += try await withThrowingTaskGroup(of: Session.self) { group in
                for token in tokens {
                    group.addTask {
                        let client = try await SocketIOClient.connect(url, options: .init(transport: transport, timeout: .seconds(30)))
                        try await client.join("/", auth: ["token": .string(token.text)])
                        return Session(client: client, jti: token.jti)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
    }

    func admin() async throws -> Admin {
        let client = try await SocketIOClient.connect(url, options: .init(timeout: .seconds(60)))
        try await client.join("/admin", auth: ["token": .string(try token("staff", role: "admin").text)])
        return Admin(client: client)
    }

    private func token(_ subject: String, role: String) throws -> IssuedToken {
        try issuer.issue(
            TokenRequest(subject: subject, clientID: "bench", lifetime: 86_400, claims: ["roles": .array([.string(role)])]),
            now: Int64(time(nil)))
    }

    struct Admin {
        let client: SocketIOClient

        func revoke(_ target: JSONObject) async throws { try await act("token.revoke", target) }

        func reload() async throws { try await act("policy.reload", [:]) }

        private func act(_ event: String, _ target: JSONObject) async throws {
            var request = target
            request["request_id"] = .string(ULIDGenerator.shared.next().description)
            request["reason"] = "benchmark"
            let answer = try await client.emitWithAck(event, [.object(request)], in: "/admin").first
            guard answer?["closed"] != nil else { throw BenchError(message: "refused: \(answer?.serialized ?? "no answer")") }
        }
    }
}
