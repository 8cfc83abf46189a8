/// The bounds of one JSON text. They are checked while scanning, before anything is kept.
public struct JSONLimits: Sendable, Hashable {
    /// How deep arrays and objects may nest; `[]` has depth 1.
    public var depth: Int
    /// How many values and keys the text may hold together.
    public var nodes: Int
    /// How many bytes a string may have between its quotes, escapes counted as written.
    public var stringBytes: Int
    /// How many characters a number may have.
    public var numberCharacters: Int

    /// The limits of an ordinary message.
    public static let `default` = JSONLimits()
    /// The most that configuration may allow (LIM-01).
    public static let maximum = JSONLimits(depth: 64, nodes: 100_000, stringBytes: 1_048_576, numberCharacters: 64)

    /// Limits; every one has the default of an ordinary message.
    public init(depth: Int = 32, nodes: Int = 10_000, stringBytes: Int = 16_384, numberCharacters: Int = 32) {
        self.depth = depth
        self.nodes = nodes
        self.stringBytes = stringBytes
        self.numberCharacters = numberCharacters
    }
}
