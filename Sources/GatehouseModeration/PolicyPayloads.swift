import Gatehouse

/// `policy.reload`: read the policy files again.
struct PolicyReloadRequest: DTO {
    var requestID: String
    var reason: String
    var force: Bool

    static let schema = Schema(
        Field<String>("request_id", .ulid),
        Field<String>("reason", .length(1...512)),
        Field<Bool>("force", default: false),
        make: PolicyReloadRequest.init
    )
}

/// `policy.explain`: the refusal that a client was told by this id.
struct PolicyExplainRequest: DTO {
    var decision: String

    static let schema = Schema(Field<String>("decision", .ulid), make: PolicyExplainRequest.init)
}

/// `policy.rollback`: what was in force some changes ago.
struct PolicyRollbackRequest: DTO {
    var requestID: String
    var reason: String
    var steps: Int

    static let schema = Schema(
        Field<String>("request_id", .ulid),
        Field<String>("reason", .length(1...512)),
        Field<Int>("steps", .range(1...8), default: 1),
        make: PolicyRollbackRequest.init
    )
}
