package import NIOCore

/// One answer. Its head is built from constants and from values that the request decoder has passed, so nothing reflected can carry CR, LF
/// or NUL (SEC-26). `write` drops a field that still does.
package struct HTTPResponse: Sendable {
    package var status: HTTPStatus
    package var contentType: String
    package var body: ByteBuffer
    package var fields: [(name: String, value: String)]
    /// What caches may do with it. Nothing may be kept unless an answer says so.
    package var cacheControl: String

    package init(
        _ status: HTTPStatus,
        contentType: String = "text/plain; charset=UTF-8",
        body: ByteBuffer = ByteBuffer(),
        fields: [(name: String, value: String)] = [],
        cacheControl: String = "no-store"
    ) {
        self.status = status
        self.contentType = contentType
        self.body = body
        self.fields = fields
        self.cacheControl = cacheControl
    }

    /// A JSON refusal `{"code":n,"message":"…"}`, or without a code where Engine.IO has none.
    static func refusal(_ status: HTTPStatus, code: Int?, message: String) -> Self {
        var body = ByteBuffer()
        body.writeString("{")
        if let code { body.writeString("\"code\":\(code),") }
        body.writeString("\"message\":\"")
        for scalar in message.unicodeScalars {
            switch scalar {
            case "\"", "\\": body.writeString("\\\(scalar)")
            case _ where scalar.value < 0x20: body.writeString(" ")
            default: body.writeString(String(scalar))
            }
        }
        body.writeString("\"}")
        return Self(status, contentType: "application/json", body: body)
    }

    /// Appends the answer to `output`.
    /// - Parameters:
    ///   - withBody: false for HEAD, whose answer has the length but not the bytes.
    ///   - keepAlive: whether the connection stays; said in the answer when it does not.
    func write(into output: inout ByteBuffer, withBody: Bool, keepAlive: Bool) {
        output.writeString("HTTP/1.1 \(status.rawValue) \(status.reason)\r\n")
        if status.hasBody {
            output.writeString("Content-Type: \(contentType)\r\nContent-Length: \(body.readableBytes)\r\n")
        }
        output.writeString("Cache-Control: \(cacheControl)\r\nX-Content-Type-Options: nosniff\r\n")
        for (name, value) in fields where value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) {
            output.writeString("\(name): \(value)\r\n")
        }
        output.writeString(keepAlive ? "\r\n" : "Connection: close\r\n\r\n")
        if withBody, status.hasBody { output.writeImmutableBuffer(body) }
    }
}
