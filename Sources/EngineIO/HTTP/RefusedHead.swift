/// A request head that is refused, looked through to its end for the `Origin`: a page may read a refusal only if the answer names it
/// (CORS). At most one line of the head, which could be that field, is kept.
struct RefusedHead: Sendable {
    private static let name = [UInt8]("origin:".utf8)
    /// Bytes of a line that are kept. An origin is shorter.
    private static let longestLine = 400

    /// Bytes that may still be searched.
    private var left: Int
    private var line: [UInt8] = []
    private var hasBegun = false
    private var isLong = false
    private var origins: [String] = []
    /// Whether the head, or the part that is searched, has ended.
    private(set) var hasEnded = false

    /// - Parameter limit: bytes that are searched.
    init(limit: Int) {
        left = limit
    }

    /// The `Origin`, if there is exactly one as far as the head was read.
    var origin: String? { origins.count == 1 ? origins.first : nil }

    mutating func take(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            guard !hasEnded else { return }
            // An empty line before a request does not end its head.
            if !hasBegun, byte == 0x0D || byte == 0x0A { continue }
            hasBegun = true
            left &-= 1
            if byte == 0x0A {
                endLine()
            } else if line.count < Self.longestLine {
                line.append(byte)
            } else {
                isLong = true
            }
            if left <= 0 { hasEnded = true }
        }
    }

    private mutating func endLine() {
        defer {
            line.removeAll(keepingCapacity: true)
            isLong = false
        }
        if line.last == 0x0D { line.removeLast() }
        guard !line.isEmpty else {
            hasEnded = true
            return
        }
        guard !isLong, ASCII.equalIgnoringCase(line.prefix(Self.name.count), Self.name) else { return }
        let value = line.dropFirst(Self.name.count).split { $0 == 0x20 || $0 == 0x09 }
        // An origin has no white space inside.
        if value.count == 1, let origin = value.first { origins.append(String(decoding: origin, as: UTF8.self)) }
    }
}
