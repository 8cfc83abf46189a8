import Gatehouse

/// A user in requests of staff: the issuer's `iss` and the subject.
struct UserReference: Payload {
    var iss: String
    var sub: String

    static let schema = Schema(
        Field("iss", \.iss, .length(1...512)),
        Field("sub", \.sub, .length(1...512)),
        make: UserReference.init
    )

    var key: UserID { UserID(iss: iss, subject: sub) }

    init(iss: String, sub: String) {
        self.iss = iss
        self.sub = sub
    }

    init(_ user: UserID) { self.init(iss: user.iss, sub: user.subject) }
}
