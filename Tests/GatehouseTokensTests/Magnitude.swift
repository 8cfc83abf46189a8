@testable import GatehouseTokens

/// Natural numbers as big-endian bytes, as far as forged signatures need them.
enum Magnitude {
    /// The bytes of a hexadecimal text.
    static func hex(_ text: String) -> [UInt8] {
        let digits = text.filter { !$0.isWhitespace }.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// a + b in as many bytes as a has; nil if it does not fit.
    static func sum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8]? {
        var carry = 0
        var output = a
        let b = [UInt8](repeating: 0, count: max(0, a.count - b.count)) + b
        for place in a.indices.reversed() {
            let value = Int(a[place]) + Int(b[place]) + carry
            output[place] = UInt8(value & 0xFF)
            carry = value >> 8
        }
        return carry == 0 ? output : nil
    }

    /// a - b, for a not below b and of the same size.
    static func difference(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        var borrow = 0
        var output = a
        for place in a.indices.reversed() {
            let value = Int(a[place]) - Int(b[place]) - borrow
            output[place] = UInt8(value & 0xFF)
            borrow = value < 0 ? 1 : 0
        }
        return output
    }

    /// The order of an ECDSA algorithm's group.
    static func order(_ algorithm: SigningAlgorithm) -> [UInt8] {
        switch algorithm {
        case .es256: hex("FFFFFFFF00000000FFFFFFFFFFFFFFFF BCE6FAADA7179E84F3B9CAC2FC632551")
        case .es384:
            hex("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973")
        default:
            [0x01] + [UInt8](repeating: 0xFF, count: 32)
                + hex("FA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409")
        }
    }

    /// The order of Ed25519's group, big-endian.
    static let order25519 = hex("10000000000000000000000000000000 14DEF9DEA2F79CD65812631A5CF5D3ED")
}
