package import NIOCore

/// Base64 as RFC 4648 has it, strictly: section 4 with padding for polling payloads, section 5 without padding for session ids. Anything
/// else, non-zero trailing bits included, is refused, so that one byte string has one spelling.
package enum Base64 {
    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlAlphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let values = table(alphabet)
    private static let urlValues = table(urlAlphabet)

    private static func table(_ alphabet: [UInt8]) -> [UInt8] {
        var table = [UInt8](repeating: 0xFF, count: 256)
        for (value, byte) in alphabet.enumerated() { table[Int(byte)] = UInt8(truncatingIfNeeded: value) }
        return table
    }

    /// The length of `count` bytes in padded base64.
    static func encodedLength(_ count: Int) -> Int {
        (count &+ 2) / 3 &* 4
    }

    /// Appends the padded encoding of the readable bytes of `input`.
    package static func encode(_ input: ByteBuffer, into output: inout ByteBuffer) {
        unsafe output.writeWithUnsafeMutableBytes(minimumWritableBytes: encodedLength(input.readableBytes)) { target in
            unsafe input.withUnsafeReadableBytes { source in
                var written = 0
                var index = 0
                while index < source.count {
                    let left = source.count &- index
                    let first = UInt32(unsafe source[index])
                    let second = left > 1 ? UInt32(unsafe source[index &+ 1]) : 0
                    let third = left > 2 ? UInt32(unsafe source[index &+ 2]) : 0
                    let group = first << 16 | second << 8 | third
                    unsafe target[written] = alphabet[Int(group >> 18 & 63)]
                    unsafe target[written &+ 1] = alphabet[Int(group >> 12 & 63)]
                    unsafe target[written &+ 2] = left > 1 ? alphabet[Int(group >> 6 & 63)] : 0x3D
                    unsafe target[written &+ 3] = left > 2 ? alphabet[Int(group & 63)] : 0x3D
                    written &+= 4
                    index &+= 3
                }
                return written
            }
        }
    }

    /// The bytes of padded base64, or nil when it is not exactly that.
    package static func decode(_ input: ByteBuffer) -> ByteBuffer? {
        let view = input.readableBytesView
        guard view.count % 4 == 0 else { return nil }
        var padding = 0
        if view.last == 0x3D { padding = view.dropLast().last == 0x3D ? 2 : 1 }
        return decode(view.dropLast(padding), padding: padding, values: values)
    }

    /// The bytes of unpadded base64url, or nil.
    static func decodeURL(_ input: some Collection<UInt8>) -> ByteBuffer? {
        let rest = input.count % 4
        guard rest != 1 else { return nil }
        return decode(input, padding: (4 - rest) % 4, values: urlValues)
    }

    private static func decode(_ digits: some Collection<UInt8>, padding: Int, values: [UInt8]) -> ByteBuffer? {
        var output = ByteBuffer()
        output.reserveCapacity(digits.count / 4 &* 3 &+ 3)
        var group: UInt32 = 0
        var count = 0
        for digit in digits {
            let value = values[Int(digit)]
            guard value != 0xFF else { return nil }
            group = group << 6 | UInt32(value)
            count &+= 1
            if count == 4 {
                output.writeMultipleIntegers(
                    UInt8(truncatingIfNeeded: group >> 16),
                    UInt8(truncatingIfNeeded: group >> 8),
                    UInt8(truncatingIfNeeded: group)
                )
                group = 0
                count = 0
            }
        }
        switch (count, padding) {
        case (0, 0):
            return output
        case (2, 2) where group & 0xF == 0:
            output.writeInteger(UInt8(truncatingIfNeeded: group >> 4))
            return output
        case (3, 1) where group & 0x3 == 0:
            output.writeMultipleIntegers(UInt8(truncatingIfNeeded: group >> 10), UInt8(truncatingIfNeeded: group >> 2))
            return output
        default:
            return nil
        }
    }

    /// The unpadded base64url text of a few bytes.
    static func encodeURL(_ bytes: some Collection<UInt8>) -> String {
        var text = [UInt8]()
        text.reserveCapacity(bytes.count &* 4 / 3 &+ 3)
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held &+= 8
            while held >= 6 {
                held &-= 6
                text.append(urlAlphabet[Int(bits >> held & 63)])
            }
            bits &= (1 << held) &- 1
        }
        if held > 0 { text.append(urlAlphabet[Int(bits << (6 &- held) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
