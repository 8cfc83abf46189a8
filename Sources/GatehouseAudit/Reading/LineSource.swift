/// Reads a file line by line in bounded memory: one buffer, however long the file.
struct LineSource: ~Copyable {
    /// No line of the log is longer; beyond it the file is not a log.
    static let lineLimit = 65_536
    private static let chunk = 1 << 18

    private let files: any AuditFileSystem
    private let descriptor: Int32
    /// What the ranges of an item point into, until the next call of `next`.
    private(set) var buffer: [UInt8] = []
    private var position = 0
    /// Where in the file `buffer[position]` lies.
    private(set) var offset: Int
    private var atEnd = false

    enum Item {
        /// The range of a line in `buffer`, its LF not included.
        case line(Range<Int>)
        /// What follows the last LF.
        case torn(Range<Int>)
        /// A line that is longer than any record: skipped, up to its LF or to the end of the file.
        case tooLong(hasEnd: Bool)
        case end
    }

    init(_ path: String, files: any AuditFileSystem, from offset: Int = 0) throws(FileError) {
        self.files = files
        self.offset = offset
        descriptor = try files.open(path, as: .read)
    }

    deinit { files.close(descriptor) }

    /// Notes that the file may have changed since its end was seen. An unfinished line is read again: a recovery may have replaced it.
    mutating func resume() {
        guard atEnd else { return }
        atEnd = false
        buffer.removeAll(keepingCapacity: true)
        position = 0
    }

    /// `torn` leaves the position before the torn bytes, so that a follower reads them again when they are whole.
    mutating func next() throws(FileError) -> Item {
        var searched = position
        while true {
            if let end = newline(from: searched) {
                let range = position..<end
                offset += range.count + 1
                position = end + 1
                return .line(range)
            }
            searched = buffer.count
            guard buffer.count - position <= Self.lineLimit else { return try skipLongLine() }
            if atEnd { return position == buffer.count ? .end : .torn(position..<buffer.count) }
            searched -= position
            buffer.removeSubrange(..<position)
            position = 0
            let more = try files.read(descriptor, at: offset + buffer.count, count: Self.chunk)
            if more.isEmpty { atEnd = true }
            buffer.append(contentsOf: more)
        }
    }

    /// Skips bytes that cannot be a record, so that the reader makes progress.
    private mutating func skipLongLine() throws(FileError) -> Item {
        var skipped = buffer.count - position
        while !atEnd {
            let more = try files.read(descriptor, at: offset + skipped, count: Self.chunk)
            if more.isEmpty { atEnd = true }
            if let end = more.span.firstOffset(of: 0x0A, from: 0) {
                offset += skipped + end + 1
                (buffer, position) = (more, end + 1)
                return .tooLong(hasEnd: true)
            }
            skipped += more.count
        }
        offset += skipped
        buffer.removeAll(keepingCapacity: true)
        position = 0
        return .tooLong(hasEnd: false)
    }

    /// The next whole line, copied; `nil` when there is none (yet).
    mutating func nextLine() throws -> [UInt8]? {
        switch try next() {
        case .line(let range): return Array(buffer[range])
        case .torn, .end: return nil
        case .tooLong: throw AuditError(.broken, "a line of the log is longer than any record; run `gatehouse audit verify`")
        }
    }

    private func newline(from start: Int) -> Int? {
        buffer.span.firstOffset(of: 0x0A, from: start)
    }
}
