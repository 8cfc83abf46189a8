import Gatehouse

/// `policy.explain`: the refusal that a client was told by this id.
struct PolicyExplainRequest: Payload {
    var decision: String

    static let schema = Schema(Field("decision", \.decision, .ulid), make: PolicyExplainRequest.init)
}
