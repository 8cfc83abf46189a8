#if Redis
    import GatehouseJSON
    import NIOCore
    import SocketIO

    /// Reads the parts of a message out of JSON, or out of MessagePack by way of JSON. Payloads are slices of the scanned text.
    struct ClusterScanner {
        private let document: JSONDocument
        private let attachments: [ByteBuffer]

        /// - Throws: ``ClusterFault`` for what is neither.
        init(_ bytes: ByteBuffer) throws(ClusterFault) {
            if bytes.readableBytesView.first == UInt8(ascii: "{") {
                try self.init(json: bytes)
            } else {
                try self.init(messagePack: bytes)
            }
        }

        init(json: ByteBuffer) throws(ClusterFault) { try self.init(json, []) }

        init(messagePack: ByteBuffer) throws(ClusterFault) {
            var text = ByteBuffer()
            let parts: [ByteBuffer]
            do throws(MessagePackError) {
                let (value, attachments) = try MessagePackReader.read(messagePack)
                value.write(to: &text)
                parts = attachments
            } catch {
                throw ClusterFault(error.rawValue)
            }
            try self.init(text, parts)
        }

        private init(_ text: ByteBuffer, _ attachments: [ByteBuffer]) throws(ClusterFault) {
            var document = JSONDocument()
            do throws(JSONError) {
                try document.scan(text, limits: .maximum)
            } catch {
                throw ClusterFault("json_\(error.code)")
            }
            self.document = document
            self.attachments = attachments
        }

        var root: Int { document.root }

        func member(_ name: String, of node: Int) -> Int? {
            document.kind(of: node) == .object ? document.member(named: name, of: node) : nil
        }

        func item(_ index: Int, of node: Int) -> Int? {
            guard let items = document.items(of: node) else { return nil }
            return items.dropFirst(index).first { _ in true }
        }

        func string(_ name: String, of node: Int) throws(ClusterFault) -> String {
            guard let text = optionalString(name, of: node) else { throw ClusterFault("no_\(name)") }
            return text
        }

        func optionalString(_ name: String, of node: Int) -> String? {
            guard let text = member(name, of: node).flatMap({ document.string(of: $0) }), text.utf8.count <= 256 else { return nil }
            return text
        }

        func integer(_ name: String, of node: Int) -> Int? {
            member(name, of: node).flatMap { document.int64(of: $0) }.flatMap { Int(exactly: $0) }
        }

        func bool(_ name: String, of node: Int) -> Bool { member(name, of: node).flatMap { document.bool(of: $0) } ?? false }

        func string(at node: Int) -> String? { document.string(of: node) }

        /// Names of rooms. Node takes any value for a room; what is no text names none of ours, and is left out.
        func strings(_ name: String, of node: Int) throws(ClusterFault) -> [String] {
            guard let list = member(name, of: node), let items = document.items(of: list) else { throw ClusterFault("no_\(name)") }
            var texts: [String] = []
            for item in items {
                guard texts.count < 10_000 else { throw ClusterFault("too_many_\(name)") }
                // A number that names a room must not turn a message for one room into one for all.
                texts.append(document.string(of: item) ?? String(buffer: document.rawBytes(of: item)))
            }
            return texts
        }

        func audience(_ options: Int) throws(ClusterFault) -> ClusterMessage.Audience {
            let flags = member("flags", of: options)
            return ClusterMessage.Audience(
                rooms: try strings("rooms", of: options), except: try strings("except", of: options),
                isVolatile: flags.map { bool("volatile", of: $0) } ?? false, timeout: flags.flatMap { integer("timeout", of: $0) })
        }

        /// A value with all binary parts of the message.
        func payload(_ node: Int) throws(ClusterFault) -> ClusterPacket {
            let text = document.rawBytes(of: node)
            // Each part must be in this value, and nothing else may look like one: a client would see another's, or break off.
            guard attachments.isEmpty || PlaceholderCount.of(text.readableBytesUInt8Span) == attachments.count else {
                throw ClusterFault("binary_parts")
            }
            return ClusterPacket(data: text, attachments: attachments)
        }

        /// An event for clients: an array that begins with a name that a server may send.
        func event(_ node: Int) throws(ClusterFault) -> ClusterPacket {
            guard attachments.count <= 64 else { throw ClusterFault("too_many_attachments") }
            guard document.kind(of: node) == .array, let first = item(0, of: node), let name = document.string(of: first) else {
                throw ClusterFault("no_event_name")
            }
            guard !name.isEmpty, name.utf8.count <= 128, !ReservedEventNames.all.contains(name), SystemEvent(rawValue: name) == nil else {
                throw ClusterFault("event_name")
            }
            return try payload(node)
        }
    }
#endif
