#if Redis
    package import Gatehouse
    package import GatehouseAudit
    package import GatehouseRedis
    import NIOCore

    /// How entries of the log of acts are written into fields of a stream, and read again. With a key, an entry without the right seal is
    /// nobody's. Pure.
    package struct ActSealing: Sendable {
        /// The longest entry, in bytes: an act's payload and its changes.
        package static let longest = 4 * 1_024 * 1_024

        private let key: MessageSeal?

        package init(_ key: MessageSeal?) { self.key = key }

        package func fields(_ entry: SharedEntry) throws -> [String] {
            var fields = [
                "v", "1", "origin", entry.origin, "number", String(entry.number), "node", entry.node, "text", entry.text,
            ]
            if let key { fields += ["seal", try key.seal(Self.parts(entry))] }
            return fields
        }

        package func line(_ found: RedisStreamEntry) -> SharedLogLine {
            func fault(_ reason: String) -> SharedLogLine { SharedLogLine(position: found.id, entry: nil, fault: reason) }
            func field(_ name: String, _ limit: Int = 256) -> String? {
                guard let bytes = found[name], bytes.readableBytes <= limit else { return nil }
                return String(validating: bytes.readableBytesView, as: UTF8.self)
            }
            guard field("v") == "1" else { return fault("version") }
            guard let origin = field("origin"), !origin.isEmpty, let number = field("number").flatMap({ Int64($0) }), number > 0,
                let node = field("node"), let text = field("text", Self.longest)
            else { return fault("form") }
            let entry = SharedEntry(origin: origin, number: number, node: node, text: text)
            guard let key else { return SharedLogLine(position: found.id, entry: entry) }
            guard let seal = field("seal"), key.isGenuine(seal, of: Self.parts(entry)) else { return fault("seal") }
            return SharedLogLine(position: found.id, entry: entry)
        }

        private static func parts(_ entry: SharedEntry) -> [String] {
            ["act", entry.origin, String(entry.number), entry.node, entry.text]
        }

        /// A part of a snapshot: with a key, its seal stands before it.
        func sealed(part text: String, _ index: Int, of snapshot: SharedSnapshot) throws -> String {
            guard let key else { return "-\n" + text }
            return try key.seal(Self.parts(text, index, snapshot.parts.count, snapshot.position)) + "\n" + text
        }

        /// - Returns: `nil` for what no node has written.
        func opened(part sealed: String, _ index: Int, count: Int, position: String) -> String? {
            guard let end = sealed.utf8.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            let text = String(sealed[sealed.utf8.index(after: end)...])
            guard let key else { return text }
            return key.isGenuine(String(sealed[..<end]), of: Self.parts(text, index, count, position)) ? text : nil
        }

        private static func parts(_ text: String, _ index: Int, _ count: Int, _ position: String) -> [String] {
            ["snapshot", position, String(index), String(count), text]
        }
    }
#endif
