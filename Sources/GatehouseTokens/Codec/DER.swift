/// The few ASN.1 forms a signature or a public key is written in (X.690, DER). Encoding only: outside input is never parsed here.
enum DER {
    static func sequence(_ parts: [UInt8]...) -> [UInt8] {
        element(0x30, Array(parts.joined()))
    }

    /// A non-negative integer from its big-endian bytes, whatever their leading zeros.
    static func integer(_ bytes: some Collection<UInt8>) -> [UInt8] {
        let magnitude = Array(bytes.drop { $0 == 0 })
        guard let first = magnitude.first else { return element(0x02, [0]) }
        return element(0x02, first >= 0x80 ? [0] + magnitude : magnitude)
    }

    /// A bit string of whole bytes.
    static func bitString(_ bytes: [UInt8]) -> [UInt8] {
        element(0x03, [0] + bytes)
    }

    static func objectIdentifier(_ encoded: [UInt8]) -> [UInt8] {
        element(0x06, encoded)
    }

    static let null: [UInt8] = [0x05, 0x00]

    private static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [tag]
        output.reserveCapacity(content.count &+ 6)
        if content.count < 0x80 {
            output.append(UInt8(truncatingIfNeeded: content.count))
        } else {
            let length = bigEndian(content.count)
            output.append(0x80 | UInt8(truncatingIfNeeded: length.count))
            output += length
        }
        return output + content
    }

    private static func bigEndian(_ count: Int) -> [UInt8] {
        var rest = count
        var bytes: [UInt8] = []
        while rest > 0 {
            bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return bytes
    }
}
