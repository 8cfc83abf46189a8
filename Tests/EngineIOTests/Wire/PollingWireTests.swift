import EngineIO
import GatehouseJSON
import NIOCore
import Testing

@Suite("Polling over real sockets", .timeLimit(.minutes(1)))
struct PollingWireTests {
    typealias T = TestServer

    @Test(
        "EIO-01, EIO-09: refusals carry the status and body of the table",
        arguments: [
            ("GET", "/socket.io/?EIO=4", 400, #"{"code":0,"message":"Transport unknown"}"#),
            ("GET", "/socket.io/?EIO=4&transport=abc", 400, #"{"code":0,"message":"Transport unknown"}"#),
            ("GET", "/socket.io/?EIO=4&transport=__proto__", 400, #"{"code":0,"message":"Transport unknown"}"#),
            ("GET", "/socket.io/?EIO=4&transport=constructor", 400, #"{"code":0,"message":"Transport unknown"}"#),
            ("GET", "/socket.io/?EIO=4&transport=", 400, #"{"code":0,"message":"Transport unknown"}"#),
            ("GET", "/socket.io/?EIO=4&transport=polling&transport=polling", 400, #"{"code":0,"message":"Transport unknown"}"#),
            ("GET", "/socket.io/?EIO=4&transport=polling&sid=never", 400, #"{"code":1,"message":"Session ID unknown"}"#),
            ("GET", "/socket.io/?EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAAAAAAAAAA", 400, #"{"code":1,"message":"Session ID unknown"}"#),
            ("POST", "/socket.io/?EIO=4&transport=polling", 400, #"{"code":2,"message":"Bad handshake method"}"#),
            ("PUT", "/socket.io/?EIO=4&transport=polling", 400, #"{"code":2,"message":"Bad handshake method"}"#),
            ("OPTIONS", "/socket.io/?EIO=4&transport=polling", 400, #"{"code":2,"message":"Bad handshake method"}"#),
            ("GET", "/socket.io/?EIO=4&transport=websocket", 400, #"{"code":3,"message":"Bad request"}"#),
            ("GET", "/socket.io/?EIO=3&transport=polling", 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
            ("GET", "/socket.io/?transport=polling", 400, #"{"code":5,"message":"Unsupported protocol version"}"#),
            ("GET", "/socket.io//?EIO=4&transport=polling", 404, #"{"message":"Not found"}"#),
            ("GET", "/socket.io/x?EIO=4&transport=polling", 404, #"{"message":"Not found"}"#),
            ("GET", "//socket.io/?EIO=4&transport=polling", 404, #"{"message":"Not found"}"#),
            ("GET", "/socket.io/;x?EIO=4&transport=polling", 404, #"{"message":"Not found"}"#),
            ("GET", "/%73ocket.io/?EIO=4&transport=polling", 404, #"{"message":"Not found"}"#),
            ("GET", "/Socket.io/?EIO=4&transport=polling", 404, #"{"message":"Not found"}"#),
            ("GET", "http://test/elsewhere/?EIO=4&transport=polling", 404, #"{"message":"Not found"}"#),
            ("CONNECT", "test:443", 404, #"{"message":"Not found"}"#),
            ("OPTIONS", "*", 404, #"{"message":"Not found"}"#),
        ])
    func refusals(method: String, target: String, status: Int, body: String) async throws {
        try await T.with { server in
            let client = try await server.connect()
            for _ in 0..<2 {
                // Twice: a refusal leaves the connection usable.
                try await client.send("\(method) \(target) HTTP/1.1\r\nHost: test\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == status && response.body == body)
                #expect(response.fields["content-type"] == "application/json")
                #expect(!response.fields.keys.contains { $0.hasPrefix("access-control-") })
            }
        }
    }

    @Test("EIO-01: HEAD is answered without a body and the connection goes on")
    func head() async throws {
        try await T.with { server in
            let client = try await server.connect()
            try await client.send(
                "HEAD \(T.polling()) HTTP/1.1\r\nHost: test\r\n\r\nGET /x HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n")
            let all = String(buffer: await client.receiveAll())
            #expect(all.hasPrefix("HTTP/1.1 400 ") && all.contains("\r\n\r\nHTTP/1.1 404 ") && all.contains("Connection: close"))
        }
    }

    @Test("EIO-02: the open packet has exactly the five members")
    func open() async throws {
        try await T.with { server in
            let client = try await server.connect()
            let response = try await client.get(T.polling())
            let sid = T.sid(response.body)
            #expect(response.status == 200 && response.fields["content-type"] == "text/plain; charset=UTF-8")
            #expect(response.fields["cache-control"] == "no-store")
            #expect(
                response.body == #"0{"sid":"\#(sid)","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":65536}"#
            )
        }
        try await T.with({ $0.transports = [.polling] }) { server in
            let response = try await server.connect().get(T.polling())
            #expect(response.body.contains(#""upgrades":[]"#))
            let refused = try await server.connect().upgrade(T.webSocket())
            #expect(refused.status == 400 && refused.body.contains("\"code\":0"))
        }
    }

    @Test(
        "EIO-03, REG-08: packets posted together come back as one payload, to a GET that waits or to the next one",
        arguments: [true, false])
    func echo(waiting: Bool) async throws {
        try await T.with { server in
            let (poll, post) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            if waiting { try await poll.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n") }
            #expect(try await post.post(T.polling(sid), "4a\u{1E}4b\u{1E}bAQID").body == "ok")
            if !waiting { try await poll.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n") }
            let response = try await poll.response()
            #expect(response.body == "4a\u{1E}4b\u{1E}bAQID" && response.fields["content-type"] == "text/plain; charset=UTF-8")
        }
    }

    @Test("EIO-03: requests may be pipelined, even behind a GET that waits")
    func pipelined() async throws {
        try await T.with { server in
            let (client, other) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(client)
            let get = "GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n"
            try await client.send(get + get)
            #expect(try await other.post(T.polling(sid), "4a").body == "ok")
            #expect(try await client.response().body == "4a")
            #expect(try await other.post(T.polling(sid), "4b").body == "ok")
            #expect(try await client.response().body == "4b")
        }
    }

    @Test("EIO-04: a body may come in pieces and in chunks, after 100-continue")
    func bodies() async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            try await client.send(
                "POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n")
            #expect(try await client.response().status == 100)
            for part in ["2\r\n4a", "\r\n1\r\n\u{1E}\r", "\n2\r\n4b\r\n", "0\r\n\r\n"] { try await client.send(part) }
            #expect(try await client.response().body == "ok")
            #expect(try await client.get(T.polling(sid)).body == "4a\u{1E}4b")
        }
    }

    @Test("EIO-04, AC-01: a body of the limit passes, one byte more is 413 and the end, announced or streamed", arguments: [false, true])
    func tooLarge(chunked: Bool) async throws {
        for (size, status) in [(999, 200), (1_000, 200), (1_001, 413)] {
            try await T.with({ $0.maxPayload = 1_000 }) { server in
                let client = try await server.connect()
                let sid = try await server.open(client)
                let body = "4" + String(repeating: "x", count: size - 1)
                if chunked {
                    let size = String(size, radix: 16)
                    try await client.send(
                        "POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\n\(body)\r\n0\r\n\r\n"
                    )
                } else {
                    try await client.sendPost(T.polling(sid), Array(body.utf8))
                }
                #expect(try await client.response().status == status)
                if status == 413 {
                    #expect(await server.record.closed() == [.transportError])
                    #expect(try await server.connect().get(T.polling(sid)).body.contains("\"code\":1"))
                    #expect(await client.receiveAll().readableBytes == 0)
                }
            }
        }
    }

    @Test("SEC-A: before authentication a body and a message are at most 16 KiB")
    func unauthenticated() async throws {
        try await T.with(raises: false) { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            #expect(try await client.post(T.polling(sid), "4" + String(repeating: "x", count: 16_383)).status == 200)
            _ = try await client.get(T.polling(sid))
            #expect(try await client.post(T.polling(sid), "4" + String(repeating: "x", count: 16_384)).status == 413)
            let socket = try await server.openWebSocket()
            try await socket.send(Frames.text("4" + String(repeating: "x", count: 16_383)))
            #expect(try await socket.frame().payload.count == 16_384)
            try await socket.send(Frames.text("4raise") + Frames.text("4" + String(repeating: "x", count: 16_384)))
            #expect(try await socket.frame().payload.count == 16_385)
        }
    }

    @Test(
        "EIO-04, AC-16, AC-31: media types that are not text, and encodings, are refused",
        arguments: [
            ("Content-Type: application/octet-stream\r\n", 400), ("content-type: APPLICATION/OCTET-STREAM; a=b\r\n", 400),
            ("Content-Encoding: gzip\r\n", 415), ("Content-Encoding: deflate\r\nContent-Type: text/plain\r\n", 415),
        ])
    func media(fields: String, status: Int) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            let response = try await client.post(T.polling(sid), "4a", fields: fields)
            #expect(response.status == status && response.fields["connection"] == "close")
            if status == 400 { #expect(await server.record.closed() == [.transportError]) }
        }
    }

    @Test("EIO-07: a second GET ends the session: the first gets 1, the second 400")
    func overlappingGets() async throws {
        try await T.with { server in
            let (first, second) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(first)
            try await first.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n")
            // Once the server has answered on the same connection's behalf elsewhere, the first GET is parked for certain.
            var parked = false
            while !parked { parked = try await server.server.onEachLoop { $0.parkedPolls }.contains(1) }
            let refused = try await second.get(T.polling(sid))
            #expect(refused.status == 400 && refused.body.contains("\"code\":3"))
            #expect(try await first.response().body == "1")
            #expect(await server.record.closed() == [.transportError])
        }
    }

    @Test("EIO-07: a second POST beside one that is arriving ends the session")
    func overlappingPosts() async throws {
        try await T.with { server in
            let (first, second) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(first)
            try await first.send("POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n4a")
            #expect(try await first.response().status == 100)
            #expect(try await second.post(T.polling(sid), "4b").status == 400)
            #expect(await server.record.closed() == [.transportError])
            #expect(try await first.response().status == 400)
        }
    }

    @Test("EIO-08: POST 1 closes the session: the waiting GET gets 6, later requests code 1")
    func clientCloses() async throws {
        try await T.with { server in
            let (poll, post) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            try await poll.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n")
            var parked = false
            while !parked { parked = try await server.server.onEachLoop { $0.parkedPolls }.contains(1) }
            #expect(try await post.post(T.polling(sid), "1").body == "ok")
            #expect(try await poll.response().body == "6")
            #expect(await server.record.closed() == [.transportClose])
            for client in [poll, post] { #expect(try await client.get(T.polling(sid)).body.contains("\"code\":1")) }
        }
    }

    @Test(
        "EIO-08: losing the connection of a waiting GET or of an arriving POST closes the session", arguments: ["GET", "POST"],
        [true, false])
    func lost(method: String, reset: Bool) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            try await client.send(
                "\(method) \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n" + (method == "GET" ? "\r\n" : "Content-Length: 9\r\n\r\n4"))
            if reset { try await client.reset() } else { client.close() }
            #expect(await server.record.closed() == [.transportError])
        }
    }

    @Test(
        "EIO-09: what a client may not send closes the session with 400", arguments: ["abc", "0", "2", "5", "", "4a\u{1E}", "bAQ=A", "3x"])
    func malformed(payload: String) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            #expect(try await client.post(T.polling(sid), payload).status == 400)
            #expect(await server.record.closed() == [.parseError])
        }
    }

    @Test("EIO-09: 6 and a stray 3 are harmless")
    func harmless() async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            #expect(try await client.post(T.polling(sid), "6\u{1E}3\u{1E}4x").body == "ok")
            #expect(try await client.get(T.polling(sid)).body == "4x")
        }
    }

    @Test("SEC-21, AC-19: packets of a payload at the limit and beyond")
    func packets() async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            #expect(try await client.post(T.polling(sid), [String](repeating: "6", count: 8_192).joined(separator: "\u{1E}")).status == 200)
            #expect(try await client.post(T.polling(sid), String(repeating: "\u{1E}", count: 8_192)).status == 400)
            #expect(await server.record.closed() == [.parseError])
        }
    }

    @Test("EIO-03: what a client has buffered comes in one POST, in its order, and others are served meanwhile", arguments: [150, 8_192])
    func buffered(count: Int) async throws {
        try await T.with { server in
            let (client, other) = (try await server.connect(), try await server.openWebSocket())
            let sid = try await server.open(client)
            let packets = (0..<count).map { "4\($0)" }
            let body = packets.joined(separator: "\u{1E}")
            try await client.send("POST \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            try await other.send(Frames.text("4other"))
            #expect(try await other.frame().text == "4other")
            #expect(try await client.response().body == "ok")
            var echoed: [String] = []
            while echoed.count < count {
                echoed += try await client.get(T.polling(sid)).body.split(separator: "\u{1E}").map(String.init)
            }
            #expect(echoed == packets)
        }
    }

    @Test(
        "SEC-B: an endpoint is served with and without its last slash, and a session at either", arguments: ["/socket.io/", "/socket.io"])
    func lastSlash(configured: String) async throws {
        try await T.with({ $0.path = configured }) { server in
            let client = try await server.connect()
            for (opened, used) in [("/socket.io", "/socket.io"), ("/socket.io", "/socket.io/"), ("/socket.io/", "/socket.io")] {
                let sid = T.sid(try await client.get("\(opened)?EIO=4&transport=polling").body)
                #expect(try await client.post("\(used)?EIO=4&transport=polling&sid=\(sid)", "4x").body == "ok")
                #expect(try await client.get("\(used)?EIO=4&transport=polling&sid=\(sid)").body == "4x")
                let socket = try await server.connect()
                #expect(try await socket.upgrade("\(used)?EIO=4&transport=websocket&sid=\(sid)").status == 101)
            }
            #expect(try await server.connect().upgrade("/socket.io?EIO=4&transport=websocket").status == 101)
        }
    }

    @Test(
        "AC-26, EIO-06: a text with the separator is not sent to a polling client, nor are its attachments, waiting or not",
        arguments: [true, false])
    func separator(waiting: Bool) async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            let get = "GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n"
            if waiting { try await client.send(get) }
            var parked = !waiting
            while !parked { parked = try await server.server.onEachLoop { $0.parkedPolls }.contains(1) }
            _ = try await server.server.onEachLoop { loop in
                for session in loop.openSessions {
                    session.sendText { $0.writeString("a\u{1E}4b") }
                    session.sendTextThenBinary([ByteBuffer(bytes: [1])]) { $0.writeString("a\u{1E}4b") }
                    session.send(.text { $0.writeString("a\u{1E}4b") })
                    session.send(.textWithAttachments([ByteBuffer(bytes: [1])]) { $0.writeString("a\u{1E}4b") })
                    #expect(!session.sendBare(text: ByteBuffer(string: "a\u{1E}4b")))
                    session.sendText { $0.writeString("c") }
                }
            }
            if !waiting { try await client.send(get) }
            #expect(try await client.response().body == "4c")
        }
    }

    @Test("ERR-05: a session closed by the server gives a polling client the rest, and then 1, waiting or not", arguments: [true, false])
    func serverCloses(waiting: Bool) async throws {
        try await T.with { server in
            let (poll, post) = (try await server.connect(), try await server.connect())
            let sid = try await server.open(poll)
            if waiting { try await poll.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n") }
            var parked = !waiting
            while !parked { parked = try await server.server.onEachLoop { $0.parkedPolls }.contains(1) }
            let posted = try await post.post(T.polling(sid), "4last\u{1E}4close")
            #expect(posted.status == 200 && posted.body == "ok", "EIO-04: its packets were accepted")
            if !waiting { try await poll.send("GET \(T.polling(sid)) HTTP/1.1\r\nHost: test\r\n\r\n") }
            #expect(try await poll.response().body == "4last")
            #expect(try await poll.get(T.polling(sid)).body == "1", "a client acts on 1 before it has looked at the messages beside it")
            #expect(await server.record.closed() == [.forcedServerClose])
            #expect(try await poll.get(T.polling(sid)).body.contains("\"code\":1"))
        }
    }

    @Test("EIO-16: attachments follow their header in a payload")
    func attachments() async throws {
        try await T.with { server in
            let client = try await server.connect()
            let sid = try await server.open(client)
            _ = try await client.post(T.polling(sid), "4attachments\u{1E}4shared")
            #expect(try await client.get(T.polling(sid)).body == "4head\u{1E}bAQ==\u{1E}bAgM=\u{1E}4shared\u{1E}bBw==")
        }
    }
}
