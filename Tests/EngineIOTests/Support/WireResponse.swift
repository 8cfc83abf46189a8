import NIOCore

/// An HTTP answer as it came over the wire.
struct WireResponse: Equatable {
    var status: Int
    /// Names in lower case.
    var fields: [String: String]
    var body: String

    static let upgradeFields =
        "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    /// Takes one answer off the front; nil when it is not whole yet. A 101 ends with its head.
    static func read(_ buffer: inout ByteBuffer) -> WireResponse? {
        let view = buffer.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: view[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            fields[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        let length = fields["content-length"].flatMap { Int($0) } ?? 0
        guard view.distance(from: end.upperBound, to: view.endIndex) >= length else { return nil }
        buffer.moveReaderIndex(to: buffer.readerIndex + view.distance(from: view.startIndex, to: end.upperBound))
        return WireResponse(status: status, fields: fields, body: buffer.readString(length: length) ?? "")
    }
}
