/// SIO-10: names that the protocol's own life cycle uses. A client that sends one is broken or hostile; an application that emits
/// one gets an error.
package enum ReservedEventNames {
    package static let all: Set<String> = [
        "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener",
    ]

    /// The same test on bytes, so that an event's name is not made into a `String` to be judged.
    package static func contains(_ name: Span<UInt8>) -> Bool {
        switch name.count {
        case 7: matches(name, "connect")
        case 10: matches(name, "disconnect")
        case 11: matches(name, "newListener")
        case 13: matches(name, "connect_error") || matches(name, "disconnecting")
        case 14: matches(name, "removeListener")
        default: false
        }
    }

    private static func matches(_ name: Span<UInt8>, _ literal: StaticString) -> Bool {
        guard name.count == literal.utf8CodeUnitCount else { return false }
        return literal.withUTF8Buffer { expected in
            var equal = true
            for index in 0..<name.count where unsafe name[index] != expected[index] { equal = false }
            return equal
        }
    }
}
