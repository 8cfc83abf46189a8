import GatehouseJSON
import NIOCore

/// One Socket.IO packet (protocol 5), without its attachments: `<type>[<attachments>-][<namespace>,][<ack id>][JSON]`.
struct SocketPacket: Equatable {
    enum Kind: UInt8 {
        case connect, disconnect, event, ack, connectError, binaryEvent, binaryAck
    }

    var kind: Kind
    var namespace = "/"
    var id: UInt64?
    var attachments = 0
    var data: JSONValue?

    /// The text after Engine.IO's `4`.
    var text: String {
        var text = String(kind.rawValue)
        if kind == .binaryEvent || kind == .binaryAck { text += "\(attachments)-" }
        if namespace != "/" { text += namespace + "," }
        if let id { text += String(id) }
        if let data { text += data.serialized }
        return text
    }
}

extension SocketPacket {
    init(parsing text: String) throws(SocketIOClientError) {
        var rest = text.utf8[...]
        guard let digit = rest.popFirst(), (0x30...0x39).contains(digit), let kind = Kind(rawValue: digit - 0x30) else {
            throw Self.malformed("an unknown packet type", text)
        }
        self.kind = kind
        if kind == .binaryEvent || kind == .binaryAck {
            guard let count = Self.takeNumber(&rest).flatMap(Int.init(exactly:)), rest.popFirst() == UInt8(ascii: "-") else {
                throw Self.malformed("no attachment count", text)
            }
            attachments = count
        }
        if rest.first == UInt8(ascii: "/") {
            let name = rest.prefix { $0 != UInt8(ascii: ",") }
            namespace = String(Substring(name))
            rest = rest.dropFirst(name.count + 1)
        }
        id = Self.takeNumber(&rest)
        if !rest.isEmpty {
            do {
                data = try JSONValue(parsing: rest, limits: .maximum)
            } catch {
                throw SocketIOClientError(.protocolViolation, "The server sent a packet with malformed JSON.", cause: error)
            }
        }
    }

    private static func takeNumber(_ rest: inout Substring.UTF8View) -> UInt64? {
        let digits = rest.prefix { (0x30...0x39).contains($0) }
        guard !digits.isEmpty, let number = UInt64(Substring(digits)) else { return nil }
        rest = rest.dropFirst(digits.count)
        return number
    }

    private static func malformed(_ what: String, _ text: String) -> SocketIOClientError {
        SocketIOClientError(.protocolViolation, "The server sent a Socket.IO packet with \(what): \(text.prefix(40))")
    }
}
