import Testing

private typealias T = TestServer

/// Fields that protect a browser's user must stand in every answer, refusals above all: those hold what a peer sent.
@Suite("Header fields of every HTTP answer")
struct AnswerFieldsTests {
    struct Request: CustomTestStringConvertible {
        var name: String
        var bytes: String
        var status: Int
        var contentType: String

        var testDescription: String { "\(name): \(status)" }
    }

    private static func request(_ line: String, fields: String = "", body: String = "") -> String {
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return "\(line) HTTP/1.1\r\nHost: test\r\n\(fields)\(length)\r\n\(body)"
    }

    static let text = "text/plain; charset=UTF-8"
    static let json = "application/json"

    static let requests = [
        Request(name: "open", bytes: request("GET \(T.polling())"), status: 200, contentType: text),
        Request(name: "no such path", bytes: request("GET /other"), status: 404, contentType: json),
        Request(name: "unknown transport", bytes: request("GET \(T.path)?EIO=4&transport=pigeon"), status: 400, contentType: json),
        Request(name: "unknown session", bytes: request("GET \(T.polling("none"))"), status: 400, contentType: json),
        Request(name: "bad method", bytes: request("PUT \(T.polling())"), status: 400, contentType: json),
        Request(
            name: "refused origin", bytes: request("GET \(T.polling())", fields: "Origin: https://evil\r\n"), status: 403, contentType: json
        ),
        Request(
            name: "field too long", bytes: request("GET \(T.polling())", fields: "X: \(String(repeating: "x", count: 9_000))\r\n"),
            status: 431,
            contentType: json),
        Request(name: "target too long", bytes: request("GET /\(String(repeating: "x", count: 3_000))"), status: 414, contentType: json),
        Request(name: "bad head", bytes: "GET / HTTP/1.1\r\nHost: test\r\nbad field\r\n\r\n", status: 400, contentType: json),
    ]

    @Test("Nothing is stored, nothing is sniffed, and the type is said", arguments: requests)
    func fields(_ request: Request) async throws {
        try await T.with(refusing: ["https://evil"]) { server in
            let client = try await server.connect()
            try await client.send(request.bytes)
            let answer = try await client.response()
            #expect(answer.status == request.status)
            #expect(answer.fields["x-content-type-options"] == "nosniff")
            #expect(answer.fields["cache-control"] == "no-store")
            #expect(answer.fields["content-type"] == request.contentType)
            #expect(answer.fields["server"] == nil)
            // Nobody reads across origins unless CORS is set, and it is off here (SEC-04).
            #expect(answer.fields.keys.filter { $0.hasPrefix("access-control-") }.isEmpty)
        }
    }
}
