import COpenSSL
import NIOCore

/// The opening handshake (RFC 6455 section 4.2). No extension and no sub-protocol is ever accepted, so neither header is looked at.
enum WebSocketHandshake {
    enum Outcome: Equatable {
        /// Upgrade with this `Sec-WebSocket-Accept`.
        case accept(String)
        /// Another version of the protocol: 426 with the version we speak.
        case wrongVersion
        case malformed
    }

    private static let guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

    static func evaluate(_ head: HTTPRequestHead) -> Outcome {
        guard head.method == "GET", head.isVersion11, asksForUpgrade(head), !head.hasBody else { return .malformed }
        let versions = head.fields.all("sec-websocket-version")
        guard versions == ["13"] else { return .wrongVersion }
        let keys = head.fields.all("sec-websocket-key")
        guard keys.count == 1, let key = keys.first, key.utf8.count == 24,
            Base64.decode(ByteBuffer(string: key))?.readableBytes == 16
        else { return .malformed }
        return .accept(acceptKey(key))
    }

    static func asksForUpgrade(_ head: HTTPRequestHead) -> Bool {
        head.fields.containsToken("upgrade", "websocket") && head.fields.containsToken("connection", "upgrade")
    }

    static func acceptKey(_ key: String) -> String {
        let input = Array((key + guid).utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        unsafe _ = SHA1(input, input.count, &digest)
        var text = ByteBuffer()
        Base64.encode(ByteBuffer(bytes: digest), into: &text)
        return String(buffer: text)
    }
}
