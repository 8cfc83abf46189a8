/// One entry of the tape: a value or a key, in the order of the text. 20 bytes.
package struct JSONNode: Sendable, Hashable {
    package enum Kind: UInt8, Sendable {
        case null, `true`, `false`, number, string, array, object
    }

    package var kind: Kind
    /// A string with at least one escape.
    package var hasEscapes = false
    /// A number without fraction and exponent, other than `-0`.
    package var isInteger = false
    /// A string that is a key; its value is the next node.
    package var isKey = false
    /// The value's first byte: a string's is the one after the opening quote.
    package var start: UInt32
    /// One past the value's last byte: a string's is the closing quote.
    package var end: UInt32 = 0
    /// The node after this one's whole subtree. While a container is open: the container around it.
    package var next: UInt32 = 0
    /// Items of an array, members of an object.
    package var count: UInt32 = 0

    init(_ kind: Kind, start: Int, end: Int, next: Int) {
        self.kind = kind
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
        self.next = UInt32(truncatingIfNeeded: next)
    }

    @inline(__always) var range: Range<Int> { unsafe Range(uncheckedBounds: (Int(start), Int(end))) }
}
