/// A NIST curve under its three names: JOSE's, OpenSSL's, and the size of one coordinate.
enum EllipticCurve: String, Sendable, CaseIterable {
    case p256 = "P-256"
    case p384 = "P-384"
    case p521 = "P-521"

    var groupName: String {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        }
    }

    var coordinateBytes: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    var algorithm: SigningAlgorithm {
        switch self {
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        }
    }

    init?(groupName: String) {
        guard let found = Self.allCases.first(where: { $0.groupName == groupName || $0.rawValue == groupName }) else { return nil }
        self = found
    }
}
