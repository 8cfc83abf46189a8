/// Follows the chain line by line and decides whether a line is in its place. Recovery and `verify` share it.
struct ChainChecker: ~Copyable {
    /// What was checked last.
    private(set) var state: ChainState
    /// The node of the first record; all others must name the same.
    private(set) var node: [UInt8]?
    /// The longest silence allowed is two missed heartbeats (AUD-24).
    private static let longestSilence: UInt64 = 180_000_000_000
    /// The last record's clock, and of which start of the process it is.
    private var clock: (mono: UInt64, boot: [UInt8])?
    /// Seconds of silence before the last record, when they were too many.
    private(set) var silence: UInt64?
    private var hasher: SHA256
    private var expected: [UInt8] = []

    init(after state: ChainState = ChainState()) throws(AuditError) {
        self.state = state
        hasher = try SHA256()
    }

    /// Starts over behind a record that is taken on trust.
    mutating func trust(_ state: ChainState) { self.state = state }

    /// Checks what only the first line of a file shows: that it names the record before it, and that the file is named after it (AUD-21).
    ///
    /// - Parameter isTrusting: whether to trust the link, since the file before is not available.
    mutating func begin(_ line: Span<UInt8>, of name: SegmentName, isTrusting: Bool) throws(LineFault) {
        guard let link = SegmentLink(line) else {
            throw LineFault(.wrongLink, "the first record of the file does not name the record before it")
        }
        if isTrusting {
            guard link.previous.seq &+ 1 == name.firstSeq else {
                throw LineFault(.wrongLink, "the file is not named after its first record")
            }
            trust(link.previous)
        }
        try expect(name)
        guard link.previous == state else { throw LineFault(.wrongLink, "the link to the file before does not fit it") }
    }

    /// Whether a first line is a record behind the one that it names, wherever that may be.
    static func isSound(_ line: Span<UInt8>) -> Bool {
        guard let link = SegmentLink(line), var checker = try? ChainChecker(after: link.previous) else { return false }
        return (try? checker.check(line)) != nil
    }

    /// Whether the file `name` belongs here. An empty one shows it by its name alone.
    func expect(_ name: SegmentName) throws(LineFault) {
        guard name.firstSeq == state.seq &+ 1 else {
            throw LineFault(.wrongLink, "record \(state.seq &+ 1) was expected here: a file is missing, renamed or cut")
        }
    }

    /// Checks `line` (without its LF). The state moves on only when it is good.
    mutating func check(_ line: Span<UInt8>) throws(LineFault) {
        let frame = try LineFrame(line)
        guard frame.seq == state.seq &+ 1 else { throw LineFault(.wrongSeq, "seq is \(frame.seq); \(state.seq &+ 1) was expected") }
        let node = line.extracting(frame.node).copied()
        if let known = self.node, known != node { throw LineFault(.otherNode, "a record of another node") }
        let hash: AuditHash
        do {
            hash = try RecordLine.hash(of: line.extracting(first: frame.bodyEnd), after: state.hash, hasher: &hasher)
        } catch {
            throw LineFault(.crypto, error.message)
        }
        expected.removeAll(keepingCapacity: true)
        hash.append(to: &expected)
        guard line.extracting(frame.hash).equals(expected) else {
            throw LineFault(.wrongHash, "the hash does not match the line and the one before it")
        }
        self.node = node
        listen(frame.mono, line.extracting(frame.boot))
        state = ChainState(seq: frame.seq, hash: hash)
    }

    /// Within one start of the process the monotonic clock shows how long nothing was written.
    private mutating func listen(_ mono: UInt64, _ boot: Span<UInt8>) {
        silence = nil
        guard let before = clock, boot.equals(before.boot) else {
            clock = (mono, boot.copied())
            return
        }
        if mono > before.mono, mono - before.mono > Self.longestSilence { silence = (mono - before.mono) / 1_000_000_000 }
        clock?.mono = mono
    }
}

/// Why a line is refused.
struct LineFault: Error {
    enum Kind: String, Sendable {
        case malformed, wrongLink, wrongSeq, otherNode, wrongHash, crypto
    }

    let kind: Kind
    let message: String

    init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
