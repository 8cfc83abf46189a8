import GatehouseJSON

/// Reads what a namespace keeps beyond the moment: `recovery`, `history` and `presence`.
struct KeepingReader {
    let diagnostics: Diagnostics
    let namespace: String

    private static let (minute, hour, day): (Int64, Int64, Int64) = (60_000_000_000, 3_600_000_000_000, 86_400_000_000_000)

    func recovery(_ given: MappingReader) -> RecoveryPolicy? {
        var mapping = given
        guard isOfOneNamespace(mapping, "clients are recovered") else { return nil }
        let window = span(&mapping, "window", "2m", atMost: Self.hour)
        var policy = RecoveryPolicy(window: window ?? Self.minute)
        if let bytes = size(&mapping) { policy.bytes = bytes }
        if let messages = mapping.count("messages", 1...1_000_000) { policy.messages = messages }
        mapping.finish()
        return policy
    }

    func history(_ given: MappingReader) -> HistoryPolicy? {
        var mapping = given
        let rooms = rooms(&mapping)
        let events = mapping.patterns("events", .event) ?? []
        if !mapping.entries.contains(where: { $0.key == "size" }) { _ = mapping.required("size", "100") }
        let size = mapping.count("size", 1...10_000)
        let ttl = span(&mapping, "ttl", "10m", atMost: Self.day)
        var policy = HistoryPolicy(rooms: rooms, events: events, size: size ?? 1, ttl: ttl ?? Self.minute)
        if let bytes = self.size(&mapping) { policy.bytes = bytes }
        policy.idAt = mapping.pointer("id_at")
        mapping.finish()
        return policy
    }

    func presence(_ given: MappingReader) -> PresencePolicy? {
        var mapping = given
        let policy = PresencePolicy(rooms: rooms(&mapping))
        mapping.finish()
        return policy
    }

    /// The rooms; a pattern that depends on who asks would keep one room's events for many.
    private func rooms(_ mapping: inout MappingReader) -> [NamePattern] {
        guard let node = mapping.entries.first(where: { $0.key == "rooms" })?.value else {
            _ = mapping.required("rooms", "\"lobby:*\"")
            return []
        }
        let rooms = mapping.patterns("rooms", .room) ?? []
        if rooms.contains(where: \.hasTemplate) {
            diagnostics.report(
                .value, at: node.position, "'rooms' is the same for everybody here: use a pattern such as \"user:*\" instead of {…}")
        }
        return rooms
    }

    private func span(_ mapping: inout MappingReader, _ key: String, _ example: String, atMost limit: Int64) -> Int64? {
        guard let node = mapping.entries.first(where: { $0.key == key })?.value else {
            _ = mapping.required(key, example)
            return nil
        }
        let span = mapping.span(key, atMost: limit)
        if let span, span < 1_000_000_000 {
            diagnostics.report(.value, at: node.position, "'\(key)' is at least 1s")
        }
        return span
    }

    private func size(_ mapping: inout MappingReader) -> Int64? {
        let node = mapping.entries.first { $0.key == "bytes" }?.value
        let size = mapping.size("bytes")
        guard let node, let size else { return nil }
        guard (1 << 10...1 << 30).contains(size) else {
            diagnostics.report(.value, at: node.position, "'bytes' is from 1KiB to 1GiB")
            return nil
        }
        return size
    }

    private func isOfOneNamespace(_ mapping: MappingReader, _ what: String) -> Bool {
        guard PolicyFile.isPattern(namespace) else { return true }
        diagnostics.report(
            .notSupported, at: mapping.position,
            "\(what) in namespaces with a file of their own only, and this one is for many: remove '\(mapping.name)'")
        return false
    }
}
