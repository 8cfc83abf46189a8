import NIOCore
import NIOEmbedded
import NIOHTTP1

/// llhttp, through NIO: what it takes of what we take, it reads as the same requests (SEC-25).
enum SecondHTTPReader {
    static func compare(_ input: [UInt8], _ ours: [HTTPHarness.Request]) throws {
        guard let theirs = read(input) else { return }
        // It hands the connection over at an upgrade, and reads no further.
        let mayStop = ours.contains { !$0.values(of: "upgrade").isEmpty || $0.method.elementsEqual("CONNECT".utf8) }
        try require(mayStop || theirs.count == ours.count, "llhttp reads another number of requests")
        for (own, other) in zip(ours, theirs) {
            try require(
                own.method == other.method && own.target == other.target && own.fields == other.fields, "llhttp reads another head")
            try require(mayStop || own.body == other.body, "llhttp reads another body")
        }
    }

    private static func read(_ input: [UInt8]) -> [HTTPHarness.Request]? {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var requests: [HTTPHarness.Request] = []
        do {
            try channel.writeInbound(ByteBuffer(bytes: input))
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .head(let head):
                    requests.append(
                        HTTPHarness.Request(
                            method: Array(head.method.rawValue.utf8), target: Array(head.uri.utf8), isVersion11: head.version == .http1_1,
                            fields: head.headers.flatMap { [Array($0.name.lowercased().utf8), trimmed($0.value)] }))
                case .body(let bytes): requests[requests.count - 1].body += bytes.readableBytesView
                case .end: requests[requests.count - 1].isComplete = true
                }
            }
        } catch {
            return nil
        }
        return requests
    }

    /// NIO leaves white space behind a value, which is not part of it.
    private static func trimmed(_ value: String) -> [UInt8] {
        var bytes = Array(value.utf8)
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return bytes
    }
}
