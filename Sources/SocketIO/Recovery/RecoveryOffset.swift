/// The place of an event among all of its namespace, as a client knows it: the last argument of the event (REC-07). 22 characters on one node
/// alone, 44 where nodes share sessions.
package struct RecoveryOffset: Sendable, Hashable, CustomStringConvertible {
    /// Which buffer it is a place in: another one for each node, after each start, and when recovery is turned on anew.
    package let epoch: UInt64
    /// From 1. 0 stands before the first event.
    package let position: UInt64
    /// How far that node had read what the nodes share; `nil` on one node alone.
    package let shared: SharedPosition?

    package init(epoch: UInt64, position: UInt64, shared: SharedPosition? = nil) {
        self.epoch = epoch
        self.position = position
        self.shared = shared
    }

    /// - Returns: `nil` for any other text.
    package init?(_ text: some StringProtocol) {
        switch text.utf8.count {
        case Self.length:
            guard let bits = Bits128(text) else { return nil }
            self.init(epoch: bits.high, position: bits.low)
        case Self.sharedLength:
            guard let bits = Bits128(text.prefix(Self.length)), let rest = Bits128(text.suffix(Self.length)) else { return nil }
            self.init(epoch: bits.high, position: bits.low, shared: SharedPosition(time: rest.high, sequence: rest.low))
        default: return nil
        }
    }

    package var description: String {
        let own = Bits128(high: epoch, low: position).description
        guard let shared else { return own }
        return own + Bits128(high: shared.time, low: shared.sequence).description
    }

    /// The characters of an offset on one node alone.
    static let length = 22
    /// The characters of one that other nodes understand.
    static let sharedLength = 44

    /// Its place in a message, before the position is known: `,"…"`.
    static func placeholder(_ length: Int) -> [UInt8] { length == sharedLength ? sharedPlaceholder : ownPlaceholder }

    private static let ownPlaceholder = makePlaceholder(length)
    private static let sharedPlaceholder = makePlaceholder(sharedLength)

    private static func makePlaceholder(_ length: Int) -> [UInt8] {
        Array(",\"".utf8) + [UInt8](repeating: UInt8(ascii: "A"), count: length) + Array("\"".utf8)
    }

    /// The bytes of a placeholder.
    static func reserved(_ length: Int) -> Int { length &+ 3 }

    /// Whether a client with this offset has got an event, if it was for it: what its node had, in its own order and out of what the nodes
    /// share.
    /// - Parameter epoch: of the buffer that the event is in.
    func covers(_ entry: RecoveryEntry, in epoch: UInt64) -> Bool {
        if self.epoch == epoch { return entry.position <= position }
        if let place = entry.shared, let shared, place <= shared { return true }
        return covers(origin: entry.origin)
    }

    /// Whether a client with this offset has got an event of another node there.
    func covers(origin: RecoveryOffset?) -> Bool {
        guard let origin else { return false }
        return origin.epoch == epoch && origin.position <= position
    }

    /// Whether it is not before another; `nil` if they cannot be compared.
    func isNotBefore(_ other: RecoveryOffset) -> Bool? {
        if epoch == other.epoch { return position >= other.position }
        guard let shared, let place = other.shared else { return nil }
        return shared >= place
    }
}
