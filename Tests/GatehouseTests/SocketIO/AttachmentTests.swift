import EngineIO
import GatehouseJSON
import GatehouseTesting
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Attachments in handlers, events and acks")
struct AttachmentTests {
    private static var album: PendingMount { PendingMount(AlbumGateway()) }

    /// Attachments that differ in length and bytes, the first one empty.
    private static func files(_ count: Int) -> [ByteBuffer] {
        (0..<count).map { index in ByteBuffer(bytes: (0..<index * 499).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ index) }) }
    }

    /// The payload of `files`, whose placeholders stand in the opposite order.
    private static func reversed(_ files: [ByteBuffer], note: JSONValue? = nil) -> SocketIOPayload {
        var argument: JSONObject = ["files": .array(files.indices.reversed().map { .attachment($0) })]
        argument["note"] = note
        return SocketIOPayload([.object(argument)], attachments: files)
    }

    private static func places(_ count: Int) -> JSONValue { .array((0..<count).map { .attachment($0) }) }

    @Test(
        "SIO-08, VAL-49: a handler gets the bytes of its attachments, in the order of its fields",
        arguments: SocketIOClient.Transport.allCases)
    func reachesHandler(_ transport: SocketIOClient.Transport) async throws {
        try await TestServer.with(Self.album) { server in
            let client = try await server.join(over: transport)
            for count in [1, 2, 10] {
                let files = Self.files(count)
                let seen: [JSONValue] = files.reversed().map { file in
                    let bytes = file.readableBytesView
                    return [.integer(Int64(bytes.count)), .integer(Int64(bytes.first ?? 0)), .integer(Int64(bytes.last ?? 0))]
                }
                #expect(try await client.call("sizes", Self.reversed(files)) == SocketIOPayload([.array(seen)]))
            }
            #expect(try await client.call("sizes", SocketIOPayload([["files": []]])) == SocketIOPayload([[]]))
        }
    }

    @Test(
        "SIO-08, GW-05: what a handler returns goes into the ack with its attachments", arguments: SocketIOClient.Transport.allCases,
        ["echo", "later"])
    func ack(_ transport: SocketIOClient.Transport, _ event: String) async throws {
        try await TestServer.with(Self.album) { server in
            let client = try await server.join(over: transport)
            for count in [0, 1, 2, 10] {
                let files = Self.files(count)
                let answer = try await client.call(event, Self.reversed(files))
                #expect(answer == SocketIOPayload([["files": Self.places(count)]], attachments: files.reversed()))
            }
        }
    }

    @Test(
        "API-02, API-03: events carry attachments: an answer by event, one to a client, one to everyone",
        arguments: SocketIOClient.Transport.allCases)
    func events(_ transport: SocketIOClient.Transport) async throws {
        try await TestServer.with(Self.album) { server in
            let client = try await server.join(over: transport)
            // A broadcast is encoded once for both transports.
            let others = [try await server.join("bob"), try await server.join("carol", over: .polling)]
            let files = Self.files(3)
            let pages = SocketIOPayload([["files": Self.places(3)]], attachments: files.reversed())
            #expect(try await client.call("reply", Self.reversed(files)).arguments == [])
            #expect(try await client.receive("replied").payload == pages)
            #expect(try await client.call("whisper", Self.reversed(files)).arguments == [])
            #expect(try await client.receive("whispered").payload == pages)
            #expect(try await client.call("share", Self.reversed(files)).arguments == [])
            let shared = SocketIOPayload(
                pages.arguments + [.attachment(3), "end"], attachments: pages.attachments + [files[2]])
            for receiver in others + [client] {
                #expect(try await receiver.receive("shared").payload == shared)
            }
            // What comes after is not taken for a part of it.
            #expect(try await client.call("sizes", SocketIOPayload([["files": []]])) == SocketIOPayload([[]]))
        }
    }

    @Test("EIO-16: an attachment stays behind its packet when many are sent at once", arguments: SocketIOClient.Transport.allCases)
    func manyAtOnce(_ transport: SocketIOClient.Transport) async throws {
        try await TestServer.with(Self.album) { server in
            let client = try await server.join(over: transport)
            for number in 0..<20 {
                let files = [ByteBuffer(string: "first \(number)"), ByteBuffer(string: "second \(number)")]
                try await client.emit("whisper", [["files": Self.places(2), "note": .integer(Int64(number))]], attachments: files)
                try server.handle.of("/").emit("between", number)
            }
            for number in 0..<20 {
                let event = try await client.receive("whispered")
                #expect(event.arguments.first?["note"] == .integer(Int64(number)))
                #expect(event.payload.attachments.map { String(buffer: $0) } == ["first \(number)", "second \(number)"])
                #expect(try await client.event("between") == [.integer(Int64(number))])
            }
        }
    }

    @Test("SIO-08: a client's ack brings its attachments, checked as a payload is", arguments: SocketIOClient.Transport.allCases)
    func clientAck(_ transport: SocketIOClient.Transport) async throws {
        let kept = Kept()
        try await TestServer.with(PendingMount(AlbumGateway(connected: { kept.client = $0 }))) { server in
            let wire = try await server.join(over: transport)
            try await wire.onAckRequest { event in
                switch event.name {
                case "file": SocketIOPayload([.attachment(0)], attachments: [ByteBuffer(string: "bytes")])
                case "pages": Self.reversed(Self.files(3))
                case "forged": SocketIOPayload([.attachment(0)])
                case "none": SocketIOPayload([])
                default: nil
                }
            }
            // Bound to the test: the hook runs before the client's CONNECT is answered.
            let client = try #require(kept.client)
            #expect(try await client.emitWithAck("file", as: BinaryAttachment.self) == BinaryAttachment("bytes".utf8))
            let pages = try await client.emitWithAck("pages", "which", as: Pages.self)
            #expect(pages.files == Self.files(3).reversed().map { BinaryAttachment($0.readableBytesView) })
            await #expect(throws: UnexpectedAck.self) { try await client.emitWithAck("forged", as: BinaryAttachment.self) }
            await #expect(throws: UnexpectedAck.self) { try await client.emitWithAck("none", as: BinaryAttachment.self) }
            await #expect(throws: UnexpectedAck.self) { try await client.emitWithAck("file", as: Pages.self) }
            let answers = try await server.handle.of("/").emitWithAck("file", BinaryAttachment([1]))
            let found = try #require(answers.answers.first)
            #expect(found.attachments == [BinaryAttachment("bytes".utf8)])
            #expect(try found.decode(BinaryAttachment.self) == BinaryAttachment("bytes".utf8))
        }
    }

    static let wrong: [(argument: JSONValue, attachments: [String], fault: String)] = [
        (["files": [], "cover": .attachment(0)], ["%PDF-"], "cover isMimeType"),
        (["files": [], "cover": .attachment(0)], ["GIF89a and much more"], "cover isByteLength"),
        (["files": [.attachment(0), 1]], ["a"], "files.1 isAttachment"),
        (["files": "bytes"], [], "files isArray"),
        (["files": [], "room": .attachment(0)], ["a"], "room isString"),
        (["files": [], "other": .attachment(0)], ["a"], "other whitelistValidation"),
        (["files": [.attachment(0)]], [], "files.0 isAttachment"),
        (["files": [.attachment(7)]], [], "files.0 isAttachment"),
    ]

    @Test("VAL-49: a wrong attachment is answered with its path, a placeholder in a text event included", arguments: wrong)
    func violations(_ row: (argument: JSONValue, attachments: [String], fault: String)) async throws {
        try await TestServer.with(Self.album) { server in
            let client = try await server.join()
            let payload = SocketIOPayload([row.argument], attachments: row.attachments.map { ByteBuffer(string: $0) })
            let answer = try #require(await client.call("echo", payload).arguments.first)
            #expect(answer["code"] == "invalid")
            let violation = answer["violations"]?[0]
            #expect("\(violation?["path"]?.stringValue ?? "") \(violation?["constraint"]?.stringValue ?? "")" == row.fault)
            #expect(try await client.call("sizes", SocketIOPayload([["files": []]])) == SocketIOPayload([[]]))
        }
    }

    @Test("SIO-08: a placeholder that a client forged is an object like others, and is not sent on beside an attachment")
    func forgedBeside() async throws {
        try await TestServer.with(Self.album) { server in
            let client = try await server.join()
            let other = try await server.join("bob")
            let forged: JSONValue = ["_placeholder": true, "num": 0]
            let alone = SocketIOPayload([["files": [], "note": forged]])
            #expect(try await client.call("echo", alone) == alone)
            // An attachment beside it makes the packet one whose placeholders clients look for.
            let beside = Self.reversed([ByteBuffer(string: "x")], note: ["_placeholder": false, "num": 99])
            for event in ["echo", "later", "reply", "share", "whisper"] {
                #expect(try await client.call(event, beside).arguments.first?["code"] == "internal", "\(event)")
            }
            #expect(try await client.call("share", SocketIOPayload([["files": []]])).arguments == [])
            #expect(try await other.event("shared") == [["files": []], nil, "end"])
        }
    }

    @Test(
        "POL-01: a rule that looks for its room in the payload finds none in an attachment",
        arguments: ["/room", "/room/num", "/room/_placeholder"])
    func roomPointer(_ pointer: String) async throws {
        let send = "{ id: root.send, event: \"**\", room_at: \(pointer), joined: true }"
        let join: @Sendable (Client) async throws -> Void = { try await $0.join("lobby") }
        try await TestServer.with(
            PendingMount(AlbumGateway(connected: join)), configure: { $0.policies = TestPolicies().allowing(send: send) }
        ) { server in
            let client = try await server.join()
            let bytes = [ByteBuffer(string: "lobby")]
            let good = SocketIOPayload([["room": "lobby", "files": [.attachment(0)]]], attachments: bytes)
            let answer = try await client.call("sizes", good).arguments.first
            #expect(pointer == "/room" ? answer == [[5, 108, 121]] : answer?["code"] == "forbidden")
            let bad = SocketIOPayload([["room": .attachment(0), "files": []]], attachments: bytes)
            #expect(try await client.call("sizes", bad).arguments.first?["code"] == "forbidden")
        }
    }

    @Test("LIM-01: attachments count for the size of a message that the policy allows")
    func payloadSize() async throws {
        let limits = "limits: { payload: 1KiB }"
        try await TestServer.with(Self.album, configure: { $0.policies = TestPolicies().allowing(more: limits) }) { server in
            let client = try await server.join()
            let fits = try await client.call("sizes", Self.reversed([ByteBuffer(repeating: 1, count: 900)]))
            #expect(fits.arguments == [[[900, 1, 1]]])
            let refused = try await client.call("sizes", Self.reversed([ByteBuffer(repeating: 1, count: 1_000)]))
            #expect(refused.arguments.first?["code"] == "too_large")
        }
    }

    @Test("API-08: attachments count for the outbound queue, and a client that they are too many for is put out")
    func outboundQueue() async throws {
        try await TestServer.with(Self.album, configure: { $0.engine.outboundQueue = 200_000 }) { server in
            _ = try await server.join(over: .polling)
            let everyone = server.handle.of("/")
            let large = BinaryAttachment(repeatElement(7, count: 150_000))
            let loop = try #require(server.runtime.sockets.allLoops.first)
            // Of one turn of the loop: nothing is taken off the queue in between.
            try await loop.eventLoop.submit { try everyone.emit("large", large) }.get()
            #expect(try await everyone.fetchSockets().count == 1)
            try await loop.eventLoop.submit { for _ in 0..<2 { try everyone.emit("large", large) } }.get()
            #expect(try await everyone.fetchSockets().isEmpty)
            #expect(try await server.records("session.slow").count == 1)
        }
    }
}
