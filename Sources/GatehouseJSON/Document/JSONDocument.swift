package import NIOCore

/// A scanned JSON text: the bytes and a tape of the values in them, which is reused from text to text.
///
/// Keep one where messages arrive (one an event loop is enough) and call ``scan(_:limits:duplicates:)`` for each: once warm, nothing is
/// allocated.
/// Values are named by their index on the tape; the whole text's is ``root``. An index that is not on the tape reads as absent.
public struct JSONDocument: Sendable {
    /// The scanned text; slices of it are handed out without copying.
    package internal(set) var bytes = ByteBuffer()
    var nodes: [JSONNode] = []

    /// The index of the outermost value.
    package var root: Int { 0 }

    /// An empty document; everything in it reads as absent.
    public init() {}

    /// Replaces the content by a text.
    /// - Throws: `JSONError`; the document is empty then.
    package mutating func scan(_ text: ByteBuffer, limits: JSONLimits = .default) throws(JSONError) {
        var duplicates = DuplicateKeys()
        try scan(text, limits: limits, duplicates: &duplicates)
    }

    /// The same with a table of keys that is used from text to text. The document does not hold it, since copies of a document are to cost
    /// little.
    package mutating func scan(_ text: ByteBuffer, limits: JSONLimits, duplicates: inout DuplicateKeys) throws(JSONError) {
        bytes = text
        var scanner = JSONScanner(limits: limits, nodes: nodes, duplicates: duplicates)
        nodes = []
        duplicates = DuplicateKeys()
        var failure: JSONError?
        do throws(JSONError) {
            try scanner.scan(text.readableBytesSpan)
        } catch {
            failure = error
        }
        nodes = scanner.nodes
        duplicates = scanner.duplicates
        if let failure {
            clear()
            throw failure
        }
    }

    /// Lets go of the text, so that a receive buffer is not held by an idle connection, and of a tape that an unusually big text left behind.
    package mutating func clear() {
        bytes = ByteBuffer()
        if !nodes.isEmpty { nodes.removeAll(keepingCapacity: nodes.capacity <= 1_024) }
    }
}
