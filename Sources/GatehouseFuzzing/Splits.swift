import NIOCore

/// Ways in which one stream of bytes may arrive. All must be read alike (REL-11).
enum Splits {
    /// In one piece, byte by byte, and cut in two: at every place for a short input, at one place for a long one, which depends on the input
    /// alone so that a finding repeats.
    static func of(_ input: [UInt8]) -> [[ByteBuffer]] {
        var ways = [[ByteBuffer(bytes: input)], input.map { ByteBuffer(bytes: [$0]) }]
        guard input.count > 1 else { return ways }
        let places = input.count <= 48 ? Array(1..<input.count) : [1 + digest(input) % (input.count - 1)]
        ways += places.map { [ByteBuffer(bytes: input[..<$0]), ByteBuffer(bytes: input[$0...])] }
        return ways
    }

    /// A number of the bytes: FNV-1a.
    static func digest(_ input: [UInt8]) -> Int {
        Int(input.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 } >> 1)
    }
}
