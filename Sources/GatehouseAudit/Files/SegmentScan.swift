/// One file followed from its first line to its last (AUD-33).
struct SegmentScan {
    struct Fault {
        let line: Int
        let message: String
        /// The place that the line claims, so that an accepted log can be continued after it.
        let claim: ChainState?
    }

    /// The chain behind the last good line.
    private(set) var state = ChainState()
    /// Where the last good line ends; what follows is torn.
    private(set) var goodSize = 0
    private(set) var size = 0
    /// The first fault that is followed by more data; a torn end is not.
    private(set) var fault: Fault?
    private(set) var node: [UInt8]?
    /// When the first line was written, in microseconds since 1970; `nil` where there is no good one.
    private(set) var since: Int64?

    /// `anchor` is the state before the first line; `nil` takes it from the link in the first line.
    init(_ name: SegmentName, path: String, anchor: ChainState?, files: any AuditFileSystem) throws {
        var source = try LineSource(path, files: files)
        var checker = try ChainChecker(after: anchor ?? ChainState())
        var line = 0
        // A bad line of which it is not yet known whether it is the last.
        var doubtful: Fault?

        reading: while true {
            let start = source.offset
            let item = try source.next()
            if case .end = item { break }
            if let bad = doubtful {
                doubtful = nil
                fault = bad
                if let claim = bad.claim { checker.trust(claim) }
                goodSize = start
            }
            switch item {
            case .end:
                break reading
            case .torn(let range):
                size = start + range.count
                (state, node) = (checker.state, checker.node)
                return
            case .tooLong(hasEnd: false):
                size = source.offset
                (state, node) = (checker.state, checker.node)
                return
            case .tooLong(hasEnd: true):
                line += 1
                if fault == nil {
                    doubtful = Fault(line: line, message: "longer than any record", claim: nil)
                } else {
                    goodSize = source.offset
                }
            case .line(let range):
                line += 1
                let bytes = source.buffer.span.extracting(range)
                do {
                    if line == 1 { try checker.begin(bytes, of: name, isTrusting: anchor == nil) }
                    try checker.check(bytes)
                    goodSize = source.offset
                    if line == 1 { since = (try? LineFrame(bytes)).flatMap { Timestamp.microseconds(of: bytes.extracting($0.time)) } }
                } catch {
                    let claim = LineFrame.claim(of: bytes)
                    let bad = Fault(line: line, message: error.message, claim: claim)
                    // A first line that is right behind the record it names was not torn: it contradicts the file before.
                    if fault == nil, line > 1 || !ChainChecker.isSound(bytes) {
                        doubtful = bad
                    } else {
                        fault = fault ?? bad
                        if let claim { checker.trust(claim) }
                        goodSize = source.offset
                    }
                }
            }
        }
        size = source.offset
        (state, node) = (checker.state, checker.node)
    }
}
