import GatehouseJSON
import GatehouseNetwork
import GatehousePolicy

/// What a `send` decision costs with so many rules beside the one that allows it (POL-05, R5).
struct PolicyBench {
    /// What the rules look like that do not decide.
    enum Shape: String, CaseIterable {
        /// Denies of the same event for roles that the sender does not have: settled when the session began.
        case roles
        /// Denies of the same event for rooms that have to be compared with the message's, all of the same length and ending.
        case rooms
    }

    let rules: Int
    let shape: Shape
    private let policy: NamespacePolicy
    private let grants: Grants
    private static let room = "tenant:acme:room:general"

    init(rules: Int, shape: Shape) throws {
        self.rules = rules
        self.shape = shape
        var text = """
            apiVersion: gatehouse/v1
            kind: NamespacePolicy
            namespace: /
            revision: 1
            transports: [websocket]
            origin: { allow_missing: true }
            connect: { allow: [ { id: connect, when: { issuer: bench } } ] }
            send:
              allow:
                - { id: echo, event: echo, room_at: /room, to: "tenant:{/tenant}:**", joined: true, when: { roles: { any_of: [user] } } }
              deny:

            """
        for index in 0..<rules {
            switch shape {
            case .roles: text += "    - { id: d\(index), event: [echo, other], when: { roles: { any_of: [blocked\(index)] } } }\n"
            case .rooms:
                let number = String(10_000 + index).dropFirst()
                text += "    - { id: d\(index), event: \"*\", room_at: /room, to: \"tenant:{/tenant}:\(number):*\" }\n"
            }
        }
        let bundle = try PolicyBundle.load(files: [
            PolicyFile(name: "_global.yaml", text: BenchFiles.global), PolicyFile(name: "root.yaml", text: text),
        ])
        guard let policy = bundle.namespace("/") else { throw BenchError(message: "the benchmark policy has no namespace /") }
        self.policy = policy
        grants = policy.grants(
            for: Subject(
                issuer: "bench", iss: "https://bench.gatehouse.invalid", sub: "user1", claims: ["roles": ["user"], "tenant": "acme"],
                ip: IPAddress("127.0.0.1"), origin: nil, transport: .websocket, settings: bundle.global))
    }

    /// One look-up of the event and one decision, as the pipeline makes them.
    private func decide() -> Bool {
        grants.decideSend(event: policy.event("echo"), room: Self.room, isJoined: true, payloadBytes: 100, now: 0).isAllowed
    }

    /// Prints the median and the 99th percentile of single decisions. Each is timed for itself, so a reading of the clock is in it.
    func run(decisions: Int) throws {
        let clock = ContinuousClock()
        guard decide() else { throw BenchError(message: "the benchmark policy refuses its own event") }
        var samples = [Int64](repeating: 0, count: max(100, min(decisions, 200_000)))
        for at in samples.indices {
            let start = clock.now
            let isAllowed = decide()
            let elapsed = (clock.now - start).components.attoseconds / 1_000_000_000
            guard isAllowed else { throw BenchError(message: "the benchmark policy refuses its own event") }
            samples[at] = elapsed
        }
        samples.sort()
        let name = "policy: event look-up and send decision, \(rules) denies by \(shape.rawValue)"
        print("{\"benchmark\":\"\(name)\",\"p50_ns\":\(samples[samples.count / 2]),\"p99_ns\":\(samples[samples.count * 99 / 100])}")
    }
}
