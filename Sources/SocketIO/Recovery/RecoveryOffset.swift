/// The place of an event among all of its namespace, as a client knows it: the last argument of the event (REC-07). 22 characters.
package struct RecoveryOffset: Sendable, Equatable, CustomStringConvertible {
    /// Which buffer it is a place in: another one after each start, and when recovery is turned on anew.
    package let epoch: UInt64
    /// From 1. 0 stands before the first event.
    package let position: UInt64

    package init(epoch: UInt64, position: UInt64) {
        self.epoch = epoch
        self.position = position
    }

    /// - Returns: `nil` for any other text.
    package init?(_ text: some StringProtocol) {
        guard let bits = Bits128(text) else { return nil }
        self.init(epoch: bits.high, position: bits.low)
    }

    package var description: String { Bits128(high: epoch, low: position).description }

    /// Its place in a message, before the position is known: `,"…"`.
    static let placeholder: [UInt8] = Array(",\"".utf8) + [UInt8](repeating: UInt8(ascii: "A"), count: length) + Array("\"".utf8)

    /// The characters of an offset.
    static let length = 22
    /// The bytes of ``placeholder``.
    static let reserved = length + 3
}
