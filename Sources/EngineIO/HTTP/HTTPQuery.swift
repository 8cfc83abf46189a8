/// The query of a request target, decoded once (`%XX` and `+`). A malformed escape stands for itself.
package struct HTTPQuery: Sendable {
    /// Name and value of each parameter, in order.
    package let items: [(name: String, value: String)]

    package init(target: String) {
        guard let mark = target.utf8.firstIndex(of: 0x3F) else {
            items = []
            return
        }
        items = target.utf8[mark...].dropFirst().split(separator: 0x26).map { item in
            let parts = item.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decode(parts.first ?? item[...]), parts.count > 1 ? Self.decode(parts[1]) : "")
        }
    }

    /// All values of a parameter.
    package func all(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }

    /// The value of a parameter that is there exactly once.
    package func single(_ name: String) -> String? {
        let values = all(name)
        return values.count == 1 ? values.first : nil
    }

    private static func decode(_ text: Substring.UTF8View) -> String {
        guard text.contains(where: { $0 == 0x25 || $0 == 0x2B }) else { return String(Substring(text)) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text
        while let byte = rest.popFirst() {
            if byte == 0x25, let high = rest.first.flatMap(hex), let low = rest.dropFirst().first.flatMap(hex) {
                bytes.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == 0x2B ? 0x20 : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte &- 0x30
        case 0x41...0x46: byte &- 0x37
        case 0x61...0x66: byte &- 0x57
        default: nil
        }
    }
}
