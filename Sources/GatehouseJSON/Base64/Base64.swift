package import NIOCore

/// Base64 of RFC 4648, strict: one text for one value. White space, the other alphabet, wrong padding and non-zero trailing bits are refused.
package struct Base64: Sendable {
    /// Section 4, padded with `=`: binary packets of polling, WebSocket keys, signed notes.
    package static let padded = Base64(lastDigits: "+/", isPadded: true)
    /// Section 5, base64url without padding: tokens, ids, hashes of the audit log.
    package static let url = Base64(lastDigits: "-_", isPadded: false)

    private static let pad = UInt8(ascii: "=")
    private static let noDigit: UInt8 = 0xFF

    private let digits: [UInt8]
    /// The value of each byte as a digit.
    private let values: [UInt8]
    private let isPadded: Bool

    private init(lastDigits: String, isPadded: Bool) {
        digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789\(lastDigits)".utf8)
        var values = [UInt8](repeating: Self.noDigit, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(truncatingIfNeeded: value) }
        self.values = values
        self.isPadded = isPadded
    }

    /// The length of the text of `count` bytes.
    package func encodedLength(_ count: Int) -> Int {
        isPadded ? (count &+ 2) / 3 &* 4 : (count &* 4 &+ 2) / 3
    }

    /// The text of `bytes`.
    package func encode(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        unsafe append(Array(bytes).span.bytes, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the text of `bytes`.
    package func append(_ bytes: RawSpan, to text: inout [UInt8]) {
        let start = text.count
        text.append(contentsOf: repeatElement(0, count: encodedLength(bytes.byteCount)))
        unsafe bytes.withUnsafeBytes { source in
            unsafe text.withUnsafeMutableBytes { target in
                _ = unsafe write(source, to: UnsafeMutableRawBufferPointer(rebasing: target[start...]))
            }
        }
    }

    /// Appends the text of the readable bytes of `bytes`.
    package func append(_ bytes: ByteBuffer, to text: inout ByteBuffer) {
        unsafe text.writeWithUnsafeMutableBytes(minimumWritableBytes: encodedLength(bytes.readableBytes)) { target in
            unsafe bytes.withUnsafeReadableBytes { source in unsafe write(source, to: target) }
        }
    }

    /// The bytes of `text`; `nil` if it is not the one text of any.
    package func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        let text = Array(text)
        var isDecoded = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: decodedCapacity(text.count)) { target, count in
            let written = unsafe text.withUnsafeBytes { source in unsafe read(source, to: UnsafeMutableRawBufferPointer(target)) }
            isDecoded = written != nil
            count = written ?? 0
        }
        return isDecoded ? bytes : nil
    }

    /// The bytes of the readable text of `text`; `nil` if it is not the one text of any.
    package func decode(_ text: ByteBuffer) -> ByteBuffer? {
        var bytes = ByteBuffer()
        var isDecoded = false
        unsafe bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: decodedCapacity(text.readableBytes)) { target in
            let written = unsafe text.withUnsafeReadableBytes { source in unsafe read(source, to: target) }
            isDecoded = written != nil
            return written ?? 0
        }
        return isDecoded ? bytes : nil
    }

    /// Room for the bytes of a text, and for a last group that turns out to be wrong.
    private func decodedCapacity(_ count: Int) -> Int { count / 4 &* 3 &+ 3 }

    /// Writes the text of `source` to `target`, which has room for it.
    private func write(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int {
        let digits = digits
        var written = 0
        var index = 0
        while index < source.count {
            let left = source.count &- index
            let first = UInt32(unsafe source[index])
            let second = left > 1 ? UInt32(unsafe source[index &+ 1]) : 0
            let third = left > 2 ? UInt32(unsafe source[index &+ 2]) : 0
            let group = first << 16 | second << 8 | third
            let length = isPadded || left > 2 ? 4 : left &+ 1
            for place in 0..<length {
                let digit = digits[Int(group >> (18 &- 6 &* UInt32(truncatingIfNeeded: place)) & 63)]
                unsafe target[written &+ place] = place <= left ? digit : Self.pad
            }
            written &+= length
            index &+= 3
        }
        return written
    }

    /// Writes the bytes of the text `source` to `target`, which has room for ``decodedCapacity(_:)``.
    private func read(_ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer) -> Int? {
        let values = values
        var end = source.count
        if isPadded {
            guard end % 4 == 0 else { return nil }
            if end > 0, unsafe source[end &- 1] == Self.pad { end &-= 1 }
            if end % 4 == 3, unsafe source[end &- 1] == Self.pad { end &-= 1 }
        }
        var written = 0
        var group: UInt32 = 0
        for index in 0..<end {
            let value = values[Int(unsafe source[index])]
            guard value != Self.noDigit else { return nil }
            group = group << 6 | UInt32(value)
            guard index % 4 == 3 else { continue }
            unsafe target[written] = UInt8(truncatingIfNeeded: group >> 16)
            unsafe target[written &+ 1] = UInt8(truncatingIfNeeded: group >> 8)
            unsafe target[written &+ 2] = UInt8(truncatingIfNeeded: group)
            written &+= 3
            group = 0
        }
        switch end % 4 {
        case 0:
            return written
        case 2 where group & 0xF == 0:
            unsafe target[written] = UInt8(truncatingIfNeeded: group >> 4)
            return written &+ 1
        case 3 where group & 0x3 == 0:
            unsafe target[written] = UInt8(truncatingIfNeeded: group >> 10)
            unsafe target[written &+ 1] = UInt8(truncatingIfNeeded: group >> 2)
            return written &+ 2
        default:
            return nil
        }
    }
}
