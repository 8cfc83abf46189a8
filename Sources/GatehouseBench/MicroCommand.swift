import ArgumentParser
import GatehouseJSON
import NIOCore
import SocketIO

/// The parts of the way of a message, one by one, on one thread. Nanoseconds an operation, the best of several rounds.
struct MicroCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "micro",
        abstract: "Micro-benchmarks: packets, JSON, DTOs, policy decisions, rate limits, tokens, WebSocket messages, broadcast encode.")

    @Option(help: "Operations a round.") var operations = 200_000

    func run() throws {
        let packet = ByteBuffer(string: #"212["echo",{"text":"\#(String(repeating: "x", count: 88))"}]"#)
        var decoder = PacketDecoder(limits: .default)
        try measure("packet header") { _ = try PacketHeader(decoding: packet.readableBytesUInt8Span) }
        let header = try PacketHeader(decoding: packet.readableBytesUInt8Span)
        try measure("packet decode (JSON scan, event name)") { _ = try decoder.event(header, packet, []) }
        let event = try decoder.event(header, packet, [])
        guard let argument = event.firstArgument else { throw BenchError(message: "the packet has no argument") }
        let document = event.document
        try measure("DTO decode and validate") { _ = try EchoPayload.schema.decode(document, at: argument) }

        for rules in [1, 10, 100, 1_000] {
            for shape in PolicyBench.Shape.allCases { try PolicyBench(rules: rules, shape: shape).run(decisions: operations) }
        }
        for content in MessageBench.Content.allCases { try MessageBench(size: 16_384, content: content).run() }
        try TokenBench().run()
        let limiters = LimiterBench(round: BestRound(operations: operations))
        try limiters.bucket()
        for addresses: UInt32 in [1, 10_000, 1_000_000] { try limiters.keyed(addresses: addresses) }
        let payload = EchoPayload(text: String(repeating: "x", count: 88))
        try measure("broadcast encode") { _ = try PacketWriter.message("broadcast", prefix: [], ackID: nil, payload) }
    }

    private func measure(_ name: String, _ body: () throws -> Void) throws {
        let nanoseconds = try BestRound(operations: operations).nanoseconds(body)
        print("{\"benchmark\":\"\(name)\",\"ns\":\(Int(nanoseconds.rounded()))}")
    }
}
