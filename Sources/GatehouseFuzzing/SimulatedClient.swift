import EngineIO
import GatehouseJSON
import NIOCore
import NIOEmbedded

/// One connection as its client sees it.
struct SimulatedClient {
    let channel: EmbeddedChannel
    private var pending: [UInt8] = []
    private(set) var isWebSocket = false

    init(_ channel: EmbeddedChannel) { self.channel = channel }

    func send(_ bytes: [UInt8]) {
        // A connection that the server has closed takes nothing: that is the client's bad luck.
        _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    }

    /// What the server has said since: the packets in answers and frames.
    mutating func packets() -> [[UInt8]] {
        while let part = try? channel.readOutbound(as: ByteBuffer.self) { pending += part.readableBytesView }
        var packets: [[UInt8]] = []
        while let body = isWebSocket ? frame() : answer() {
            packets += body.split(separator: 0x1E).map { Array($0) }
        }
        return packets
    }

    /// The body of the next whole answer.
    private mutating func answer() -> [UInt8]? {
        let end = Array("\r\n\r\n".utf8)
        guard pending.count >= 4, let head = (0...pending.count - 4).first(where: { pending[$0..<$0 + 4].elementsEqual(end) }) else {
            return nil
        }
        let lines = String(decoding: pending[..<head], as: UTF8.self).lowercased().split(separator: "\r\n")
        let length = lines.first { $0.hasPrefix("content-length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        guard pending.count >= head + 4 + length else { return nil }
        let body = Array(pending[(head + 4)..<(head + 4 + length)])
        pending.removeFirst(head + 4 + length)
        isWebSocket = lines.first?.contains(" 101 ") == true
        return body
    }

    /// The payload of the next whole frame; a binary one is written as polling writes it.
    private mutating func frame() -> [UInt8]? {
        guard pending.count >= 2 else { return nil }
        let size = pending[1] == 126 ? 4 : pending[1] == 127 ? 10 : 2
        guard pending.count >= size else { return nil }
        let length = size == 2 ? Int(pending[1]) : pending[2..<size].reduce(0) { $0 << 8 | Int($1) }
        guard pending.count >= size + length else { return nil }
        let payload = Array(pending[size..<(size + length)])
        let isBinary = pending[0] & 15 == 2
        pending.removeFirst(size + length)
        guard isBinary else { return payload }
        var text = ByteBuffer(string: "b")
        Base64.padded.append(ByteBuffer(bytes: payload), to: &text)
        return Array(text.readableBytesView)
    }
}
