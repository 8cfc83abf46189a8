import Foundation
import GatehouseJSON
import GatehouseTesting
import NIOCore
import Testing

@Suite("Random bytes from clients that have not shown a token", .serialized, .timeLimit(.minutes(10)))
struct RandomBytesTests {
    /// Rounds in each state; GATEHOUSE_RANDOM_ROUNDS makes a longer run.
    private static let rounds = ProcessInfo.processInfo.environment["GATEHOUSE_RANDOM_ROUNDS"].flatMap { Int($0) } ?? 12
    /// A fresh seed for each run, printed; GATEHOUSE_SEED takes one back.
    private static let seed =
        ProcessInfo.processInfo.environment["GATEHOUSE_SEED"].flatMap { UInt64($0) } ?? UInt64.random(in: 0...UInt64.max)

    @Test(
        "SEC-A, R17: at most 64 KiB are held for a connection, whatever it sends in whatever state",
        arguments: [
            AbuseStep.State.tcp.rawValue, AbuseStep.State.polling.rawValue, AbuseStep.State.websocket.rawValue,
            AbuseStep.State.narrow.rawValue, "waiting", "posting", AbuseStep.State.probing.rawValue,
        ])
    func random(_ state: String) async throws {
        print("GATEHOUSE_SEED=\(Self.seed)")
        var bytes = HostileBytes(seed: Self.seed)
        try await LiveServer.with { server in
            let honest = try await server.honestClient()
            for round in 0..<Self.rounds {
                let baseline = try await server.holdings()
                let player = try AbusePlayer(server)
                let watch = HoldingsWatch(server, baseline: baseline)
                try await player.play(try Self.start(state))
                for _ in 0..<bytes.pick(1...4) {
                    try await player.play([.flood(1, [.literal(state == "tcp" ? bytes.request() : bytes.any())])])
                }
                try await server.settle()
                let worst = try await watch.end()
                player.closeAll()
                #expect(worst.bytes <= 65_536, "\(state), round \(round) of GATEHOUSE_SEED=\(Self.seed)")
                #expect(worst.extraDeadlines <= 0, "\(state), round \(round) of GATEHOUSE_SEED=\(Self.seed)")
                try await server.advance(.seconds(6))
                #expect(try await honest.emitWithAck("echo", [["value": 1]]) == [1])
            }
            try await server.eventually("all is let go") {
                try await server.advance(.milliseconds(100))
                return try await server.holdings().connections == 1
            }
            #expect(server.handled.now == Self.rounds, "an event came to a handler from a client without a token")
        }
    }

    private static func start(_ state: String) throws -> [AbuseStep] {
        switch state {
        case "waiting": return [.connect(.polling), .send([.variable("get")], piece: nil)]
        case "posting":
            let head = #""POST /socket.io/?EIO=4&transport=polling&sid=" $sid " HTTP/1.1\r\nHost: a\r\nContent-Length: 16000\r\n\r\n""#
            return [.connect(.polling), .send(try ByteExpressionParser.parse(Substring(head)), piece: nil)]
        case "probing": return [.connect(.polling), .connect(.probing)]
        default: return [.connect(AbuseStep.State(rawValue: state) ?? .tcp)]
        }
    }
}
