import Gatehouse
import GatehouseJSON

/// What other nodes of the cluster have of the sessions that an act is about.
struct SessionsElsewhere: Sendable {
    var connections: Int64 = 0
    var users: [UserID] = []
    /// The end of a message that nothing was found: who did not answer.
    var silence = ""
}

extension ActMaking {
    /// Asks the other nodes; a node that is alone finds nothing, at once.
    func elsewhere(_ filter: SessionFilter) async -> SessionsElsewhere {
        let found = await OtherNodes(runtime: runtime).ask(.census(filter))
        var sessions = SessionsElsewhere()
        for answer in found.answers {
            sessions.connections = sessions.connections.addingReportingOverflow(answer["connections"]?.integerValue ?? 0).partialValue
            sessions.users += answer["users"]?.arrayValue?.compactMap { UserID($0) } ?? []
        }
        if !found.silent.isEmpty { sessions.silence = ", and these nodes did not answer: \(found.silent.joined(separator: ", "))" }
        return sessions
    }
}
