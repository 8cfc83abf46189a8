import GatehouseTestSupport
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import EngineIO

/// What our reader accepts, an independent reader (llhttp, through NIO) must read the same way: method, target, fields, body and where the
/// next request begins. It may refuse less than we do.
@Suite("HTTP reader against llhttp")
struct HTTPDifferentialTests {
    private func llhttp(_ bytes: [UInt8]) -> [String]? {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)))
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var trace: [String] = []
        var body = ""
        do {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .head(let head):
                    // NIO leaves white space behind a value, which is not part of it.
                    let fields = head.headers.map { "\($0.name.lowercased())=\(Self.trimmed($0.value))" }.joined(separator: "&")
                    trace.append("\(head.method.rawValue) \(head.uri) \(fields) \(head.isKeepAlive)")
                case .body(let bytes): body += String(buffer: bytes)
                case .end:
                    trace.append("body " + body)
                    body = ""
                }
            }
        } catch {
            return nil
        }
        return trace
    }

    private static func trimmed(_ value: String) -> String {
        var bytes = Array(value.utf8)
        while let last = bytes.last, last == 0x20 || last == 0x09 { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("SEC-25: every legal request of the corpus is read alike", arguments: HTTPRequestDecoderTests.good.indices)
    func corpus(index: Int) {
        let bytes = Array(HTTPRequestDecoderTests.good[index].0.utf8)
        #expect(llhttp(bytes) == HTTPRequestDecoderTests.run([bytes]).trace)
    }

    @Test("SEC-25: mutated requests that we accept are read alike", arguments: 100..<110)
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var compared = 0
        for _ in 0..<400 {
            var bytes = Array((HTTPRequestDecoderTests.good.randomElement(using: &random)?.0 ?? "").utf8)
            for _ in 0..<Int.random(in: 1...2, using: &random) where !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let ours = HTTPRequestDecoderTests.run([bytes])
            // Methods llhttp does not know it refuses; requests cut short prove nothing.
            guard ours.status == nil, ours.trace.count.isMultiple(of: 2), !ours.trace.isEmpty, let theirs = llhttp(bytes) else { continue }
            compared += 1
            #expect(ours.trace == theirs, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(compared > 10)
    }
}

private typealias HTTPRequestDecoder = NIOHTTP1.HTTPRequestDecoder
