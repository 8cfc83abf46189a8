package import GatehouseJSON

/// Where an event names its room (`room_at`), and what room the text there means.
package struct RoomLocation: Sendable, Hashable, CustomStringConvertible {
    /// Which argument of the event, from 0.
    package let argument: Int
    /// Where in that argument; the empty pointer is the argument itself.
    package let pointer: JSONPointer
    /// What stands around the text in the room's name; `nil` where the text is the name.
    private let around: Around?

    private struct Around: Sendable, Hashable {
        let before: String
        let after: String
    }

    /// A room whose name stands in the event.
    package init(argument: Int = 0, _ pointer: JSONPointer) {
        self.argument = argument
        self.pointer = pointer
        around = nil
    }

    /// A room whose name is made of what stands in the event.
    /// - Parameter template: the name, with `{value}` once; `nil` is given for any other text.
    package init?(argument: Int, _ pointer: JSONPointer, template: String) {
        let parts = template.split(separator: "{value}", omittingEmptySubsequences: false)
        guard parts.count == 2, !template.replacing("{value}", with: "").contains(where: { "{}*?[]".contains($0) }) else { return nil }
        self.argument = argument
        self.pointer = pointer
        around = Around(before: String(parts[0]), after: String(parts[1]))
    }

    /// The room that a text in the event means. What goes into a template must be one literal segment (POL-06); any other names no room.
    package func room(_ text: String) -> String? {
        guard let around else { return text }
        guard (1...128).contains(text.utf8.count), text.utf8.allSatisfy(Self.isLiteral) else { return nil }
        return around.before + text + around.after
    }

    private static func isLiteral(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// As policies write it: `/room`, `argument 1 /room`, `/symbol as symbol:{value}`.
    package var description: String {
        let place = pointer.tokens.isEmpty ? (argument == 0 ? "the argument" : "") : pointer.description
        let which = argument == 0 ? place : "argument \(argument)" + (place.isEmpty ? "" : " \(place)")
        guard let around else { return which }
        return "\(which) as \(around.before){value}\(around.after)"
    }
}
