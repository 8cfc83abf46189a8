/// An HTTP answer, taken off the front of what came; that of an upgrade ends with its head.
struct HTTPAnswer {
    var status = 0
    /// Names in lower case.
    var fields: [String: String] = [:]
    var body: [UInt8] = []

    /// - Parameter hasBody: false for the answer to a HEAD, whose length is that of a body which is not there.
    static func take(_ bytes: inout [UInt8], hasBody: Bool = true) -> HTTPAnswer? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        var answer = HTTPAnswer()
        answer.status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            answer.fields[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
        }
        let length = hasBody ? answer.fields["content-length"].flatMap { Int($0) } ?? 0 : 0
        guard bytes.count >= end.upperBound + length else { return nil }
        answer.body = Array(bytes[end.upperBound..<end.upperBound + length])
        bytes.removeFirst(end.upperBound + length)
        return answer
    }
}

/// A frame from the server, taken off the front of what came.
struct ServerFrame {
    var opcode: UInt8
    var payload: [UInt8]

    var closeCode: Int? { opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil }

    static func take(_ bytes: inout [UInt8]) -> ServerFrame? {
        guard bytes.count >= 2 else { return nil }
        var length = Int(bytes[1] & 0x7F)
        var start = 2
        if length > 125 {
            start = length == 126 ? 4 : 10
            guard bytes.count >= start else { return nil }
            length = bytes[2..<start].reduce(0) { $0 << 8 | Int($1) }
        }
        guard bytes.count - start >= length else { return nil }
        let frame = ServerFrame(opcode: bytes[0] & 0x0F, payload: Array(bytes[start..<start + length]))
        bytes.removeFirst(start + length)
        return frame
    }
}

/// A client's frame; every rule can be broken on purpose.
struct ClientFrame {
    var opcode: UInt8 = 1
    var payload: [UInt8] = []
    var isFinal = true
    var reserved: UInt8 = 0
    var isMasked = true
    /// The length that the header says in its longest form, whatever the payload has.
    var announced: UInt64?

    private static let key: [UInt8] = [0x37, 0xA1, 0xC4, 0x5E]

    var bytes: [UInt8] {
        let mask: UInt8 = isMasked ? 0x80 : 0
        var bytes: [UInt8] = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        func big(_ value: UInt64, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64((count - 1 - $0) * 8)) }
        }
        if let announced {
            bytes += [mask | 127] + big(announced, 8)
        } else if payload.count <= 125 {
            bytes.append(mask | UInt8(truncatingIfNeeded: payload.count))
        } else if payload.count <= 0xFFFF {
            bytes += [mask | 126] + big(UInt64(payload.count), 2)
        } else {
            bytes += [mask | 127] + big(UInt64(payload.count), 8)
        }
        guard isMasked else { return bytes + payload }
        // A mebibyte is masked in a time that counts as the server's, so not through closures.
        let (key, start) = (Self.key, bytes.count + 4)
        bytes += key + payload
        var index = start
        while index < bytes.count {
            bytes[index] ^= key[(index &- start) & 3]
            index &+= 1
        }
        return bytes
    }
}
