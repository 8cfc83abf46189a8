/// The two base64 spellings that this room writes: base64url without padding for hashes, standard with padding for signed notes.
enum Base64 {
    private static let url = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let standard = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Appends the 43 characters of a hash. Written out by words because it runs once for every record.
    static func append(_ hash: AuditHash, to out: inout [UInt8]) {
        let words = (
            UInt64(bigEndian: hash.words.a), UInt64(bigEndian: hash.words.b), UInt64(bigEndian: hash.words.c),
            UInt64(bigEndian: hash.words.d)
        )
        // 256 bits are 42 groups of six and a last one of four; 0x3F masks keep every index inside the 64-letter table.
        for group in 0..<43 {
            let bit = group * 6
            let six: UInt64
            switch bit {
            case 0..<60: six = words.0 >> UInt64(58 - bit)
            case 60: six = words.0 << 2 | words.1 >> 62
            case 66..<124: six = words.1 >> UInt64(122 - bit)
            case 126: six = words.1 << 4 | words.2 >> 60
            case 132..<187: six = words.2 >> UInt64(186 - bit)
            case 192..<251: six = words.3 >> UInt64(250 - bit)
            default: six = words.3 << 2
            }
            out.append(url[Int(six & 0x3F)])
        }
    }

    /// Reads what `append(_:to:)` wrote: exactly 43 letters in their canonical spelling.
    static func hash(_ letters: Span<UInt8>) -> AuditHash? {
        guard letters.count == 43 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for index in letters.indices {
            guard let value = url.firstIndex(of: letters[index]) else { return nil }
            bits = (bits << 6 | UInt32(value)) & 0xFFFF
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> held))
            }
        }
        guard bits & 0x3 == 0 else { return nil }
        return AuditHash(bytes: bytes)
    }

    static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var rest = bytes[...]
        while !rest.isEmpty {
            let three = rest.prefix(3)
            rest = rest.dropFirst(3)
            var bits: UInt32 = 0
            for byte in three { bits = bits << 8 | UInt32(byte) }
            bits <<= UInt32(8 * (3 - three.count))
            for index in 0..<4 {
                let letter = standard[Int(bits >> UInt32(18 - 6 * index) & 0x3F)]
                out.append(index <= three.count ? letter : UInt8(ascii: "="))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Strict: canonical, padded, nothing around it.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        let letters = Array(text.utf8)
        guard letters.count % 4 == 0 else { return nil }
        var out: [UInt8] = []
        var bits: UInt32 = 0
        var held = 0
        let padding = letters.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard padding <= 2 else { return nil }
        for letter in letters.dropLast(padding) {
            guard let value = standard.firstIndex(of: letter) else { return nil }
            bits = bits << 6 | UInt32(value)
            held += 6
            if held >= 8 {
                held -= 8
                out.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                bits &= (1 << UInt32(held)) - 1
            }
        }
        guard bits == 0, encode(out) == String(text) else { return nil }
        return out
    }
}
