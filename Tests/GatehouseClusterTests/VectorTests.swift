#if Redis
    import Foundation
    import GatehouseJSON
    import GatehouseRedis
    import GatehouseTesting
    import NIOCore
    import SocketIO
    import Testing

    @testable import GatehouseCluster

    /// What Node's adapters sent to Redis, recorded command by command.
    struct RecordedCommand: Sendable, CustomTestStringConvertible {
        let step: String
        let command: RedisCommand

        var testDescription: String { step }

        static func all(_ file: String) -> [RecordedCommand] {
            let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors/\(file).jsonl")
            guard let text = try? String(contentsOf: path, encoding: .utf8) else { return [] }
            return text.split(separator: "\n").compactMap { line in
                guard let value = try? JSONValue(parsing: String(line), limits: .maximum), let name = value["cmd"]?.stringValue else {
                    return nil
                }
                var command = RedisCommand(name)
                for argument in value["args"]?.arrayValue ?? [] {
                    guard
                        let bytes = argument.stringValue.map({ ByteBuffer(string: $0) })
                            ?? argument["hex"]?.stringValue.flatMap({ ByteBuffer(hexadecimal: $0) })
                    else { return nil }
                    command = command.adding(bytes)
                }
                return RecordedCommand(step: value["step"]?.stringValue ?? "", command: command)
            }
        }

        static func sent(_ file: String) -> [RecordedCommand] {
            all(file).filter { ["PUBLISH", "SPUBLISH", "XADD"].contains(String(buffer: $0.command.arguments[0])) }
        }

        /// The node that answers go to stands in their channel.
        var requester: String? {
            let parts = String(buffer: command.arguments[1]).split(separator: "#", omittingEmptySubsequences: false)
            return parts.count == 4 ? String(parts[2]) : nil
        }

        var entry: RedisStreamEntry? {
            guard String(buffer: command.arguments[0]) == "XADD" else { return nil }
            return RedisStreamEntry(.array([.bulk(ByteBuffer(string: "1-0")), .array(command.arguments[6...].map { .bulk($0) })]))
        }
    }

    @Suite("The recorded commands of Node's adapters")
    struct VectorTests {
        private static let streamsCommands = RecordedCommand.sent("vectors-node-streams")
        private static let shardedCommands = RecordedCommand.sent("vectors-node-sharded")
        private static let pubsubCommands = RecordedCommand.sent("vectors-node-pubsub")

        @Test("There are as many as were recorded")
        func counts() {
            #expect(Self.streamsCommands.count == 15)
            #expect(Self.shardedCommands.count == 15)
            #expect(Self.pubsubCommands.count == 17)
        }

        private func check(_ recorded: RecordedCommand, _ format: some ClusterFormat, _ requester: String?) throws {
            let message: ClusterMessage?
            if let entry = recorded.entry {
                message = try format.message(entry)
            } else {
                message = try format.message(recorded.command.arguments[2], from: String(buffer: recorded.command.arguments[1]))
            }
            let read = try #require(message)
            let written = try format.command(for: read, to: requester)
            #expect(written.arguments.map(\.hexadecimal) == recorded.command.arguments.map(\.hexadecimal))
        }

        @Test("CLU-12, CLU-13, CLU-16: streams are read and written byte for byte", arguments: streamsCommands)
        func streams(_ recorded: RecordedCommand) throws { try check(recorded, StreamsFormat(), recorded.requester) }

        @Test("CLU-11, CLU-13, CLU-16: sharded messages are read and written byte for byte", arguments: shardedCommands)
        func sharded(_ recorded: RecordedCommand) throws { try check(recorded, ShardedFormat(), recorded.requester) }

        @Test("CLU-10, CLU-13, CLU-16: messages of redis-adapter are read and written byte for byte", arguments: pubsubCommands)
        func pubsub(_ recorded: RecordedCommand) throws { try check(recorded, PubSubFormat(), nil) }

        @Test(
            "CLU-14: what Node subscribes to is what this node subscribes to; not the channel of python-socketio's RedisManager",
            arguments: [
                ("vectors-node-streams", ClusterAdapterKind.streams), ("vectors-node-sharded", .sharded), ("vectors-node-pubsub", .pubsub),
            ])
        func subscriptions(_ file: String, _ kind: ClusterAdapterKind) throws {
            let recorded = RecordedCommand.all(file).filter { String(buffer: $0.command.arguments[0]).hasSuffix("SUBSCRIBE") }
                .filter { !$0.command.arguments[0].readableBytesView.starts(with: "SUN".utf8) }
                .flatMap { one in
                    one.command.arguments.dropFirst().map { String(buffer: one.command.arguments[0]) + " " + String(buffer: $0) }
                }
            let format = kind.format(prefix: "socket.io")
            let own = format.subscriptions(of: "/").flatMap { kind, names in names.map { kind.rawValue + " " + $0 } }
                .filter { !$0.contains(format.uid) }
            for one in own { #expect(recorded.contains(one), "\(one)") }
            #expect(!own.contains { $0.hasSuffix(" socketio") })
            if let room = format.subscription(of: "r1", in: "/") {
                #expect(room.names.allSatisfy { recorded.contains(room.kind.rawValue + " " + $0) })
            }
        }

        @Test("CLU-10, BCK-03: what redis-emitter sends is read")
        func emitter() throws {
            let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors/vectors-emitter.jsonl")
            let format = PubSubFormat()
            let read = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map { line in
                let value = try JSONValue(parsing: String(line), limits: .maximum)
                let bytes = try #require(
                    value["hex"]?.stringValue.flatMap { ByteBuffer(hexadecimal: $0) }
                        ?? value["text"]?.stringValue.map { ByteBuffer(string: $0) })
                let channel = try #require(value["channel"]?.stringValue)
                let message = try format.message(bytes, from: channel)
                return try #require(message)
            }
            func packet(_ text: String) -> ClusterPacket { ClusterPacket(data: ByteBuffer(string: text)) }
            let expected: [ClusterMessage] = [
                ClusterMessage(sender: "emitter", namespace: "/", .broadcast(packet(#"["em1",{"a":1}]"#), .init(), request: nil)),
                ClusterMessage(sender: "emitter", namespace: "/", .broadcast(packet(#"["em2","x"]"#), .init(rooms: ["r1"]), request: nil)),
                ClusterMessage(
                    sender: "emitter", namespace: "/custom",
                    .broadcast(packet(#"["em3"]"#), .init(rooms: ["r1", "r2"], except: ["r3"], isVolatile: true), request: nil)),
                ClusterMessage(sender: "", namespace: "/", .join(.init(), rooms: ["rj"])),
                ClusterMessage(sender: "", namespace: "/", .leave(.init(rooms: ["rj"]), rooms: ["rj", "rk"])),
                ClusterMessage(sender: "emitter", namespace: "/", .serverSideEmit(packet(#"["hello",1]"#), request: nil)),
                ClusterMessage(sender: "", namespace: "/", .disconnect(.init(rooms: ["nobody"]), close: true)),
            ]
            #expect(read == expected)
        }

        private static func broadcast(_ data: String, _ options: String = #"{"rooms":[],"except":[],"flags":{}}"#) -> String {
            #"{"type":3,"data":{"packet":{"type":2,"data":\#(data)},"opts":\#(options)},"uid":"x","nsp":"/"}"#
        }

        @Test(
            "What no server may send, or cannot be understood, is refused with its reason",
            arguments: [
                ("", "msgpack_truncated"), ("{", "json"), (#"{"type":3}"#, "no_uid"), (#"{"type":99,"uid":"x","nsp":"/"}"#, "type"),
                (broadcast(#"["disconnect"]"#), "event_name"), (broadcast(#"["system.closed",{}]"#), "event_name"),
                (broadcast(#"["exception"]"#), "event_name"), (broadcast(#"[""]"#), "event_name"), (broadcast("[1]"), "no_event_name"),
                (broadcast("{}"), "no_event_name"), (broadcast(#"["e"]"#, "{}"), "no_rooms"),
                (broadcast(#"["e"]"#, #"{"rooms":[]}"#), "no_except"),
                (#"{"type":11,"data":{"requestId":"r","clientCount":-1},"uid":"x","nsp":"/"}"#, "no_clientCount"),
            ])
        func refusals(_ text: String, _ reason: String) {
            #expect {
                try ClusterMessage(whole: ByteBuffer(string: text))
            } throws: { error in
                (error as? ClusterFault)?.reason.hasPrefix(reason) == true
            }
        }

        @Test("A room that is no text narrows a message all the same, and never widens it")
        func oddRooms() throws {
            let text = Self.broadcast(#"["e"]"#, #"{"rooms":[5],"except":[null],"flags":{}}"#)
            let message = try ClusterMessage(whole: ByteBuffer(string: text))
            #expect(
                message.body
                    == .broadcast(ClusterPacket(data: ByteBuffer(string: #"["e"]"#)), .init(rooms: ["5"], except: ["null"]), request: nil))
        }

        @Test("A value that looks like an attachment, beside real ones, is refused")
        func forgedPlaceholder() throws {
            var writer = MessagePackWriter()
            let forged: JSONValue = [
                "type": 3,
                "data": [
                    "packet": ["type": 2, "data": ["e", .attachment(0), ["_placeholder": true, "num": 7]]],
                    "opts": ["rooms": [], "except": [], "flags": [:]],
                ], "uid": "x", "nsp": "/",
            ]
            writer.value(forged, [ByteBuffer(string: "abc")])
            #expect(throws: ClusterFault("binary_parts")) { try ClusterMessage(whole: writer.buffer) }
        }
    }
#endif
