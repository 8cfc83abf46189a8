import GatehouseJSON

extension MappingReader {
    /// Where an event names its room: a pointer into the first argument, `""` for the argument itself, or a mapping that names another
    /// argument, or what the room is called.
    mutating func roomLocation(_ key: String) -> RoomLocation? {
        guard let node = take(key) else { return nil }
        guard case .mapping = node.kind else { return place(node, key).map { RoomLocation($0) } }
        guard var inner = MappingReader(node, key, diagnostics) else { return nil }
        defer { inner.finish() }
        let argument = inner.count("argument", 0...15) ?? 0
        let pointer = inner.take("at").map { place($0, "at") } ?? JSONPointer("")
        guard let pointer else { return nil }
        guard let template = inner.take("as") else { return RoomLocation(argument: argument, pointer) }
        guard let text = text(template, "as") else { return nil }
        guard let location = RoomLocation(argument: argument, pointer, template: text) else {
            diagnostics.report(
                .value, at: template.position, "'as' is the room's name with {value} in it once, such as \"symbol:{value}\"")
            return nil
        }
        return location
    }

    private func place(_ node: YAMLNode, _ key: String) -> JSONPointer? {
        if case .scalar("", quoted: true) = node.kind { return JSONPointer("") }
        return pointer(node, key)
    }
}
