/// The parts of a line that the chain needs, found without parsing the rest.
struct LineFrame {
    let seq: UInt64
    /// When it was written, as `Timestamp` has it.
    let time: Range<Int>
    /// The name of the node, escaped as it is in the file.
    let node: Range<Int>
    let hash: Range<Int>
    /// Where `,"h":` begins.
    let bodyEnd: Int
    /// Nanoseconds since the process opened the log.
    let mono: UInt64
    /// Names that start of the process.
    let boot: Range<Int>

    init(_ line: Span<UInt8>) throws(LineFault) {
        let tail = line.count - RecordLine.tailCount
        guard line.hasPrefix(RecordLine.head), tail > 0, line.extracting(droppingFirst: tail).hasPrefix(",\"h\":\""),
            line.extracting(droppingFirst: line.count - 2).hasPrefix("\"}")
        else { throw LineFault(.malformed, "not a record of version 1 with a hash at its end") }
        bodyEnd = tail
        hash = tail + 6..<tail + 49

        var cursor = RecordLine.head.utf8CodeUnitCount
        seq = try Self.number(line, &cursor)
        // ts has 27 characters, and mono is a number: the name of the node follows them.
        guard line.extracting(droppingFirst: cursor).hasPrefix(",\"ts\":\"") else { throw LineFault(.malformed, "ts is missing") }
        time = cursor + 7..<cursor + 7 + 27
        cursor += 7 + 27
        guard cursor < tail, line.extracting(droppingFirst: cursor).hasPrefix("\",\"mono\":") else {
            throw LineFault(.malformed, "mono is missing")
        }
        cursor += 9
        mono = try Self.number(line, &cursor)
        guard line.extracting(droppingFirst: cursor).hasPrefix(",\"node\":\"") else { throw LineFault(.malformed, "node is missing") }
        cursor += 9
        // A quote inside the name is escaped, so the first bare quote that no backslash precedes ends it.
        let start = cursor
        while let byte = line.byte(at: cursor), byte != UInt8(ascii: "\"") {
            cursor += byte == UInt8(ascii: "\\") ? 2 : 1
        }
        guard cursor < tail else { throw LineFault(.malformed, "node does not end") }
        node = start..<cursor
        // ","boot":" and 26 letters follow.
        guard cursor + 36 <= tail, line.extracting(droppingFirst: cursor).hasPrefix("\",\"boot\":\"") else {
            throw LineFault(.malformed, "boot is missing")
        }
        boot = cursor + 10..<cursor + 36
    }

    /// The claims of a line, unchecked.
    static func claim(of line: Span<UInt8>) -> ChainState? {
        guard let frame = try? LineFrame(line), let hash = AuditHash(text: line.extracting(frame.hash)) else { return nil }
        return ChainState(seq: frame.seq, hash: hash)
    }

    static func number(_ line: Span<UInt8>, _ cursor: inout Int) throws(LineFault) -> UInt64 {
        let start = cursor
        var value: UInt64 = 0
        while let byte = line.byte(at: cursor), byte >= 0x30, byte <= 0x39 {
            let (times, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = times.addingReportingOverflow(UInt64(byte - 0x30))
            guard !overflow, !carry else { throw LineFault(.malformed, "a number is too large") }
            value = sum
            cursor += 1
        }
        guard cursor > start, cursor - start == 1 || line.byte(at: start) != 0x30 else {
            throw LineFault(.malformed, "a number is missing")
        }
        return value
    }
}
