/// Bytes as a corpus file writes them: texts, repetitions, frames and requests, one after another.
///
///     "text"              with \r \n \t \\ \" and \xHH
///     $sid                a variable: sid, token, upgrade, get, each
///     16Ki*"x"            a repetition; with more than one part: 3*("a" "b")
///     text("40")          a masked text frame; binary, ping, pong alike; close(1000 "why")
///     frame(opcode=1 fin=0 rsv=4 mask=0 length=65536 "x")
///     post("3")           a POST with its length to the session; chunked("3") with chunks
indirect enum ByteExpression: Sendable {
    case literal([UInt8])
    case variable(String)
    case repeated(Int, [ByteExpression])
    case call(String, settings: [String: UInt64], number: UInt64?, [ByteExpression])

    struct UnknownName: Error, CustomStringConvertible {
        var name: String
        var description: String { "nothing is called \(name) here" }
    }

    func bytes(_ variables: [String: [UInt8]]) throws -> [UInt8] {
        switch self {
        case .literal(let bytes): return bytes
        case .variable(let name):
            guard let value = variables[name] else { throw UnknownName(name: "$" + name) }
            return value
        case .repeated(let count, let parts):
            let once = try Self.bytes(parts, variables)
            if once.count == 1 { return [UInt8](repeating: once[0], count: count) }
            var all: [UInt8] = []
            all.reserveCapacity(once.count * count)
            for _ in 0..<count { all += once }
            return all
        case .call(let name, let settings, let number, let parts):
            return try Self.call(name, settings, number, try Self.bytes(parts, variables), variables)
        }
    }

    static func bytes(_ parts: [ByteExpression], _ variables: [String: [UInt8]]) throws -> [UInt8] {
        try parts.reduce(into: []) { $0 += try $1.bytes(variables) }
    }

    private static func call(
        _ name: String, _ settings: [String: UInt64], _ number: UInt64?, _ payload: [UInt8], _ variables: [String: [UInt8]]
    ) throws -> [UInt8] {
        var frame = ClientFrame(payload: payload)
        switch name {
        case "text": frame.opcode = 1
        case "binary": frame.opcode = 2
        case "ping": frame.opcode = 9
        case "pong": frame.opcode = 10
        case "close":
            frame.opcode = 8
            if let number { frame.payload = [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)] + payload }
        case "frame":
            frame.opcode = UInt8(truncatingIfNeeded: settings["opcode"] ?? 1)
            frame.isFinal = settings["fin"] != 0
            frame.reserved = UInt8(truncatingIfNeeded: settings["rsv"] ?? 0)
            frame.isMasked = settings["mask"] != 0
            frame.announced = settings["length"]
        case "post", "chunked":
            return try request(name, payload, variables)
        default: throw UnknownName(name: name)
        }
        return frame.bytes
    }

    private static func request(_ name: String, _ body: [UInt8], _ variables: [String: [UInt8]]) throws -> [UInt8] {
        guard let sid = variables["sid"] else { throw UnknownName(name: "$sid") }
        let start = Array("POST /socket.io/?EIO=4&transport=polling&sid=".utf8) + sid + Array(" HTTP/1.1\r\nHost: a\r\n".utf8)
        if name == "post" { return start + Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body }
        let chunk = Array("Transfer-Encoding: chunked\r\n\r\n\(String(body.count, radix: 16))\r\n".utf8)
        return start + chunk + body + Array("\r\n0\r\n\r\n".utf8)
    }
}
