/// Points of the Edwards curves that are not valid public keys: those of small order, for which one signature fits any message, and
/// non-canonical encodings (RFC 8032, 5.1.3 and 5.2.3). libcrypto loads them all.
enum EdwardsPoint {
    static func isWeak(_ encoded: [UInt8]) -> Bool {
        guard let last = encoded.last else { return true }
        // The sign of x is the top bit; what is left is y, little-endian.
        let y = Array(encoded.dropLast()) + [last & 0x7F]
        return switch encoded.count {
        case 32: !isBelow(prime25519, y) || smallOrder25519.contains(y)
        case 57: !isBelow(prime448, y) || smallOrder448.contains(y)
        default: true
        }
    }

    private static func isBelow(_ bound: [UInt8], _ number: [UInt8]) -> Bool {
        number.reversed().lexicographicallyPrecedes(bound.reversed())
    }

    /// 2^255 - 19.
    private static let prime25519 = [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
    /// 2^448 - 2^224 - 1.
    private static let prime448 = [UInt8](repeating: 0xFF, count: 28) + [0xFE] + [UInt8](repeating: 0xFF, count: 27) + [0]

    /// y of the eight points whose order divides 8.
    private static let smallOrder25519: Set<[UInt8]> = [
        [UInt8](repeating: 0, count: 32),
        [1] + [UInt8](repeating: 0, count: 31),
        [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
        [
            0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
            0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
        ],
        [
            0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
            0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
        ],
    ]

    /// y of the four points whose order divides 4: 0, 1 and p - 1.
    private static let smallOrder448: Set<[UInt8]> = [
        [UInt8](repeating: 0, count: 57),
        [1] + [UInt8](repeating: 0, count: 56),
        [0xFE] + [UInt8](repeating: 0xFF, count: 27) + [0xFE] + [UInt8](repeating: 0xFF, count: 27) + [0],
    ]
}
