#if Redis
    import Gatehouse
    import GatehouseJSON
    import NIOCore
    import SocketIO

    extension ClusterPacket {
        /// The first item of an array: the event's name. It was checked when it was read.
        var event: String {
            var bytes = data
            let quote = UInt8(ascii: "\"")
            if bytes.readString(length: 2) == "[\"",
                let end = bytes.readableBytesView.firstIndex(where: { $0 == quote || $0 == UInt8(ascii: "\\") }),
                bytes.readableBytesView[end] == quote
            {
                return String(decoding: bytes.readableBytesView[..<end], as: UTF8.self)
            }
            // A name with an escape, or white space before it.
            var document = JSONDocument()
            guard (try? document.scan(data, limits: .maximum)) != nil,
                let first = document.items(of: document.root)?.first(where: { _ in true })
            else { return "" }
            return document.string(of: first) ?? ""
        }

        /// A client's ack: Node's callbacks for many clients take its first argument.
        init(_ answer: AckAnswer) {
            var data = ByteBuffer()
            (answer.arguments.first ?? .null).write(to: &data)
            let isWhole = answer.attachments.isEmpty || PlaceholderCount.of(data.readableBytesUInt8Span) == answer.attachments.count
            // Parts of other arguments have no place here.
            self.init(data: isWhole ? data : ByteBuffer(string: "null"), attachments: isWhole ? answer.attachments : [])
        }
    }

    extension RemoteSockets.Item {
        /// The sockets that one node tells of.
        static func all(_ packet: ClusterPacket) -> [RemoteSockets.Item] {
            guard let list = try? JSONValue(parsing: packet.data, limits: .maximum).arrayValue else { return [] }
            return list.compactMap { one in
                guard let id = one["id"]?.stringValue, id.utf8.count <= 256 else { return nil }
                return RemoteSockets.Item(
                    id: id, rooms: one["rooms"]?.arrayValue?.compactMap(\.stringValue) ?? [], data: one["data"]?.objectValue ?? JSONObject()
                )
            }
        }
    }

    extension Socket {
        /// What other nodes are told of a client, in the form of Node's sockets: no header, no token, no address.
        /// - Parameter since: since when it is where it was asked for, in milliseconds since 1970.
        func forOtherNodes(_ node: String, since: Int64) -> JSONObject {
            var data = JSONObject()
            if let user = userID {
                data["iss"] = .string(user.iss)
                data["sub"] = .string(user.subject)
            }
            data["node"] = .string(node)
            data["since"] = .integer(since)
            let handshake: JSONObject = [
                "headers": [:], "query": [:], "auth": [:], "url": "", "address": "", "secure": true, "xdomain": false,
            ]
            return JSONObject(members: [
                ("id", .string(id.description)), ("handshake", .object(handshake)), ("rooms", .array(rooms.map { .string($0) })),
                ("data", .object(data)),
            ])
        }
    }
#endif
