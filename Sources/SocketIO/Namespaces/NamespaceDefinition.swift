/// A namespace that the application serves: declared, or one of a pattern that it has declared. Others are refused with `Invalid namespace`
/// (SIO-02).
///
/// A class, so that asking it copies one reference and not its texts.
package final class NamespaceDefinition: Sendable {
    package let namespace: Namespace
    /// Its declaration's place in the server's list.
    package let index: Int
    /// Whether it belongs to a pattern, and exists only while it has members.
    package let isDynamic: Bool
    /// The name as bytes, to compare with a packet's without making a `String`; empty for `/`.
    package let wireName: [UInt8]
    /// The prefix of its packets.
    package let prefix: [UInt8]
    /// What is kept for clients that come back; `nil` for a namespace of a pattern.
    package let recovery: RecoverySpace?

    package init(_ namespace: Namespace, index: Int, isDynamic: Bool = false, recovery: RecoverySpace? = nil) {
        self.recovery = recovery
        self.namespace = namespace
        self.index = index
        self.isDynamic = isDynamic
        wireName = namespace.isRoot ? [] : Array(namespace.name.utf8)
        prefix = Array(namespace.packetPrefix.utf8)
    }

    /// The same, while recovery is on. Asked once for each event.
    package var recoveryInForce: RecoverySpace? { recovery.flatMap { $0.isOn ? $0 : nil } }

    /// Whether the bytes of a packet name this namespace.
    func isNamed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == wireName.count else { return false }
        var index = range.lowerBound
        for byte in wireName {
            guard bytes[index] == byte else { return false }
            index &+= 1
        }
        return true
    }
}
