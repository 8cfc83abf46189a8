import ArgumentParser
import Gatehouse
import GatehouseAudit
import GatehouseJSON
import GatehouseModeration
import GatehouseTesting
import GatehouseTokens
import Glibc
import NIOCore
import SocketIO

/// How soon mutes, locks, slow mode and bans reach everybody while everybody sends (MOD-40, MOD-66).
struct StormCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storm",
        abstract: "Hold many live sessions in this process's server, restrict them while all send, and time each client's answer.",
        discussion: """
            Times are from the moment before a restriction is put in force to the client's refusal or `system.closed`, in milliseconds, a \
            JSON line for each act. Server and clients share the machine, so what is measured is more than what the server takes.
            """)

    @Option(help: "Port on 127.0.0.1.") var port = 9002
    @Option(help: "Directory for policies, keys, tokens and audit.") var directory = "var/storm"
    @Option(help: "Sessions over WebSocket.") var websockets = 4_000
    @Option(help: "Sessions over polling.") var polling = 900
    @Option(help: "Sessions in the middle of their upgrade; they can be banned only.") var upgrading = 100

    @Flag(help: "Also the longest turn of the server's event loop, in CPU time of its thread. The probe takes time of every turn.")
    var turns = false

    static let namespace = "/storm"

    func run() async throws {
        let files = BenchFiles(root: directory)
        try files.make(rules: 0, tokens: 0)
        try files.write(
            BenchFiles.namespace(Self.namespace, id: "storm", rules: 0).replacing("event: echo", with: "event: talk").replacing(
                "dto: EchoPayload\n", with: "room_at: \"\"\n"
            ).replacing("bench.", with: "storm."), to: "policies/storm.yaml")
        var configuration = Configuration(transport: .insecure)
        configuration.port = port
        configuration.policies = directory + "/policies"
        configuration.root = directory
        configuration.audit = directory + "/audit"
        configuration.eventLoops = 1
        let server = try await Application(configuration).mount(BenchGateway()).mount(ManyNamespacesGateway()).mount(StormGateway())
            .mount(AdminGateway(store: .inMemory())).start()
        do {
            try await storm(server, try files.issuer(DevelopmentTokenKey.load(from: directory + "/certs")))
        } catch {
            try? await server.stop()
            throw error
        }
        try await server.stop()
    }

    private func storm(_ server: RunningServer, _ issuer: TokenIssuer) async throws {
        var sessions: [StormSession] = []
        for (count, kind) in [(websockets, StormSession.Kind.webSocket), (polling, .polling), (upgrading, .upgrading)] {
            sessions += try await join(count, kind, from: sessions.count, server.port, issuer)
        }
        print("{\"sessions\":\(sessions.count),\"websocket\":\(websockets),\"polling\":\(polling),\"upgrading\":\(upgrading)}")
        let senders = sessions.filter { $0.client != nil }
        let users = sessions.map { UserID(iss: BenchFiles.iss, subject: $0.subject) }
        let current = server.runtime.restrictions
        let room = RoomRestriction.Place(namespace: "/storm", room: "storm")
        guard let loop = server.runtime.sockets.allLoops.first?.eventLoop else { throw BenchError(message: "the server has no event loop") }

        try await measure("none", senders, on: loop, expecting: nil) { current.replace(with: .none) }
        let mutes = users.map { Mute(place: Mute.Place(user: $0, namespace: nil, room: nil), ends: .max, isShadow: false) }
        try await measure("mute", senders, on: loop, expecting: "muted") {
            current.replace(with: RestrictionSet(bans: [], mutes: mutes, rooms: []))
        }
        let lock = RoomRestriction(place: room, lock: RoomRestriction.Lock(mode: .closed, ends: nil))
        try await measure("lock", senders, on: loop, expecting: "room_locked") {
            current.replace(with: RestrictionSet(bans: [], mutes: [], rooms: [lock]))
        }
        let slow = RoomRestriction(place: room, slow: RoomRestriction.SlowMode(interval: 3_600_000, exemptRoles: [], ends: nil))
        current.replace(with: RestrictionSet(bans: [], mutes: [], rooms: [slow]))
        try await measure("slow, first", senders, on: loop, expecting: nil) {}
        try await measure("slow, second", senders, on: loop, expecting: "slow_mode") {}
        let bans = users.map { Ban(id: ULIDGenerator.shared.next(), subject: .user($0), namespace: nil, room: nil, ends: nil) }
        try await time("ban", sessions, on: loop, { try await $0.closed() }) {
            current.replace(with: RestrictionSet(bans: bans, mutes: [], rooms: []))
            let ended = try await server.runtime.directory.enforceBans()
            guard ended == sessions.count else { throw BenchError(message: "\(ended) of \(sessions.count) were ended") }
        }
    }

    private func join(
        _ count: Int, _ kind: StormSession.Kind, from first: Int, _ port: Int, _ issuer: TokenIssuer
    ) async throws -> [StormSession] {
        var sessions: [StormSession] = []
        for start in stride(from: 0, to: count, by: 100) {
            let tokens = try (start..<min(start + 100, count)).map { number in
                let subject = "storm\(first + number)"
                let request = TokenRequest(
                    subject: subject, clientID: "bench", lifetime: 86_400, claims: ["roles": .array([.string("user")])])
                return (subject, try issuer.issue(request, now: Int64(Glibc.time(nil))).text)
            }
            sessions += try await withThrowingTaskGroup(of: StormSession.self) { group in
                for (subject, token) in tokens { group.addTask { try await StormSession(kind, port, subject, token) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        return sessions
    }

    /// All send at once, right after a restriction is in force.
    private func measure(
        _ act: String, _ sessions: [StormSession], on loop: any EventLoop, expecting code: JSONValue?,
        _ restrict: @Sendable () throws -> Void
    ) async throws {
        try await time(act, sessions, on: loop, { try await $0.send(expecting: code) }, restrict)
    }

    private func time(
        _ act: String, _ sessions: [StormSession], on loop: any EventLoop,
        _ effect: @escaping @Sendable (StormSession) async throws -> Void, _ restrict: () async throws -> Void
    ) async throws {
        var times: [Double] = []
        var longest: Double?
        if turns {
            longest = try await TurnProbe.longest(on: loop) { times = try await waits(act, sessions, effect, restrict) }.milliseconds
        } else {
            times = try await waits(act, sessions, effect, restrict)
        }
        times.sort()
        guard let last = times.last else { return }
        func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
        func quantile(_ share: Double) -> String { text(times[min(times.count - 1, Int(Double(times.count) * share))]) }
        print(
            """
            {"act":"\(act)","count":\(times.count),"p50_ms":\(quantile(0.5)),"p99_ms":\(quantile(0.99)),"max_ms":\(text(last))\
            \(longest.map { ",\"longest_turn_ms\":\(text($0))" } ?? "")}
            """)
    }

    /// How long each session waited for the effect, in milliseconds.
    private func waits(
        _ act: String, _ sessions: [StormSession], _ effect: @escaping @Sendable (StormSession) async throws -> Void,
        _ restrict: () async throws -> Void
    ) async throws -> [Double] {
        let clock = ContinuousClock()
        return try await withThrowingTaskGroup(of: ContinuousClock.Instant.self) { group in
            // Ends of sessions are listened for before; messages must come after.
            let waitsFirst = act == "ban"
            func begin() {
                for session in sessions {
                    group.addTask {
                        try await effect(session)
                        return clock.now
                    }
                }
            }
            if waitsFirst { begin() }
            let start = clock.now
            try await restrict()
            if !waitsFirst { begin() }
            return try await group.reduce(into: [Duration]()) { $0.append($1 - start) }
        }.map { Double($0.components.seconds) * 1_000 + Double($0.components.attoseconds) / 1e15 }
    }
}

/// A room that everybody talks to.
struct StormGateway: Gateway {
    static let namespace: Namespace = "/storm"

    func routes(_ on: inout Routes) { on("talk", talk) }

    func talk(_ room: RoomName, _ text: String, _ context: EventContext) -> Bool { true }
}

/// One user of the storm.
struct StormSession: Sendable {
    enum Kind { case webSocket, polling, upgrading }

    let subject: String
    /// `nil` in the middle of an upgrade.
    let client: SocketIOClient?
    private let upgrade: HalfUpgrade?

    init(_ kind: Kind, _ port: Int, _ subject: String, _ token: String) async throws {
        self.subject = subject
        guard kind != .upgrading else {
            client = nil
            upgrade = try await HalfUpgrade(port: port, namespace: StormCommand.namespace, token: token)
            return
        }
        let client = try await SocketIOClient.connect(
            "http://127.0.0.1:\(port)", options: .init(transport: kind == .polling ? .polling : .webSocket, timeout: .seconds(60)))
        try await client.join(StormCommand.namespace, auth: ["token": .string(token)])
        self.client = client
        upgrade = nil
    }

    func send(expecting code: JSONValue?) async throws {
        guard let client else { return }
        let answer = try await client.emitWithAck("talk", ["storm", "hi"], in: StormCommand.namespace, timeout: .seconds(60)).first
        guard answer?["code"] == code else { throw BenchError(message: "\(subject): \(answer?.serialized ?? "no answer")") }
    }

    func closed() async throws {
        if let client {
            do {
                try await client.event("system.closed", in: StormCommand.namespace, within: .seconds(60))
            } catch let error as SocketIOClientError where error.code == .closed {
                // A polling client that asks late finds its session gone, and is out as well.
            }
        } else {
            try await upgrade?.closed()
        }
    }
}
