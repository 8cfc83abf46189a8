import COpenSSL
import GatehouseJSON
import NIOCore

/// The opening handshake (RFC 6455 section 4.2). No extension is ever accepted, so that header is not read.
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
            Base64.padded.decode(key.utf8)?.count == 16
        else { return .malformed }
        return .accept(acceptKey(key))
    }

    /// The first sub-protocol that the client offers. It is selected, whatever it is: browsers give up a handshake that selects none. Nil
    /// if there is none, or it is not a token of at most 128 bytes.
    static func firstOffer(_ head: HTTPRequestHead) -> String? {
        guard
            let offer = head.fields["sec-websocket-protocol"]?.prefix(while: { $0 != "," }).split(whereSeparator: {
                $0 == " " || $0 == "\t"
            }),
            offer.count == 1, let token = offer.first, token.utf8.count <= 128, token.utf8.allSatisfy(HTTPHeadScanner.isTokenByte)
        else { return nil }
        return String(token)
    }

    static func asksForUpgrade(_ head: HTTPRequestHead) -> Bool {
        head.fields.containsToken("upgrade", "websocket") && head.fields.containsToken("connection", "upgrade")
    }

    static func acceptKey(_ key: String) -> String {
        let input = Array((key + guid).utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        unsafe _ = SHA1(input, input.count, &digest)
        return Base64.padded.encode(digest)
    }
}
