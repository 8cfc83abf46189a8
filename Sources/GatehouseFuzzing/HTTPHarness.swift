import EngineIO
import NIOCore

/// FZ-01: requests. However the bytes arrive, the same requests are read; written again they are read as the same; and a second reader that
/// takes them too reads the same, so that nothing can be smuggled past a proxy.
package struct HTTPHarness: FuzzHarness {
    package static let name = "http"

    struct Request: Equatable {
        var method: [UInt8]
        var target: [UInt8]
        var isVersion11: Bool
        /// Lower-case name and value in turn.
        var fields: [[UInt8]]
        var body: [UInt8] = []
        var isComplete = false

        /// The values of a field.
        func values(of name: String) -> [[UInt8]] {
            stride(from: 0, to: fields.count, by: 2).filter { fields[$0].elementsEqual(name.utf8) }.map { fields[$0 + 1] }
        }
    }

    struct Outcome: Equatable {
        var requests: [Request] = []
        var fault: HTTPFault?
    }

    /// A few bytes reach every limit.
    private static let limits: HTTPLimits = {
        var limits = HTTPLimits()
        (limits.target, limits.field, limits.head, limits.fields) = (256, 512, 2_048, 16)
        return limits
    }()

    package init() {}

    package mutating func run(_ input: [UInt8]) throws {
        let ways = Splits.of(input)
        let outcome = try Self.read(ways[0])
        for way in ways.dropFirst() {
            try require(Self.read(way) == outcome, "the requests depend on how their bytes arrive")
        }
        for request in outcome.requests { try QueryOracle.check(String(decoding: request.target, as: UTF8.self)) }
        try rewrite(outcome.requests.filter(\.isComplete))
        if outcome.fault == nil, !outcome.requests.isEmpty, outcome.requests.allSatisfy(\.isComplete) {
            try SecondHTTPReader.compare(input, outcome.requests)
        }
    }

    private static func read(_ pieces: [ByteBuffer]) throws -> Outcome {
        var decoder = HTTPRequestDecoder(limits: limits)
        var outcome = Outcome()
        for piece in pieces {
            var piece = piece
            do throws(HTTPFault) {
                while let element = try decoder.next(&piece) { outcome.take(element) }
            } catch {
                try require(outcome.fault == nil, "a decoder that failed went on")
                outcome.fault = error
                continue
            }
            try require(piece.readableBytes == 0, "bytes are left over")
            try require(decoder.heldBytes <= 2 * limits.head, "a head is held that is longer than the limit")
        }
        return outcome
    }

    private func rewrite(_ requests: [Request]) throws {
        // What is no UTF-8 is read as U+FFFD, which is longer than the byte it stands for.
        guard !requests.isEmpty, !requests.contains(where: { $0.fields.contains { !Self.isText($0) } }) else { return }
        let text = requests.flatMap(\.written)
        let again = try Self.read([ByteBuffer(bytes: text)])
        try require(again == Outcome(requests: requests), "written again, the requests are read as others")
    }

    private static func isText(_ bytes: [UInt8]) -> Bool { !String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{FFFD}") }
}

extension HTTPHarness.Outcome {
    fileprivate mutating func take(_ element: HTTPRequestDecoder.Element) {
        switch element {
        case .head(let head):
            requests.append(
                HTTPHarness.Request(
                    method: Array(head.method.utf8), target: Array(head.target.utf8), isVersion11: head.isVersion11,
                    fields: head.fields.entries.flatMap { [Array($0.name.utf8), Array($0.value.utf8)] }))
        case .body(let part): requests[requests.count - 1].body += part.readableBytesView
        case .end: requests[requests.count - 1].isComplete = true
        }
    }
}

extension HTTPHarness.Request {
    fileprivate var written: [UInt8] {
        var text = method + [0x20] + target + Array(" HTTP/1.\(isVersion11 ? 1 : 0)\r\n".utf8)
        for index in stride(from: 0, to: fields.count, by: 2) { text += fields[index] + [0x3A] + fields[index + 1] + [0x0D, 0x0A] }
        text += [0x0D, 0x0A]
        guard !values(of: "transfer-encoding").isEmpty else { return text + body }
        if !body.isEmpty { text += Array("\(String(body.count, radix: 16))\r\n".utf8) + body + [0x0D, 0x0A] }
        return text + Array("0\r\n\r\n".utf8)
    }
}
