#if Redis
    import NIOCore
    import SocketIO

    /// One request to the other nodes: who has answered what, and who has not. Pure.
    struct PendingRequest {
        enum Kind {
            case acks, sockets, servers
        }

        let kind: Kind
        let namespace: String
        /// The other nodes that get the request; `nil` until Redis has told.
        private(set) var expected: Int?
        /// Nodes by their ids; those of a format without ids count only.
        private(set) var answered: Set<String> = []
        private var answeredNodes = 0
        /// Clients that were asked, for acks.
        private(set) var clients = 0
        private(set) var payloads: [ClusterPacket] = []
        /// Answers that are kept; more are dropped, and their senders count as silent.
        private let limit: Int

        init(_ kind: Kind, in namespace: String, limit: Int = 100_000) {
            self.kind = kind
            self.namespace = namespace
            self.limit = limit
        }

        mutating func expect(_ nodes: Int) { expected = max(0, nodes) }

        /// Takes an answer.
        /// - Returns: false for one that is not of this request's kind.
        mutating func take(_ body: ClusterMessage.Body, from sender: String) -> Bool {
            switch (kind, body) {
            case (.acks, .clientCount(_, let count)):
                guard note(sender) else { return true }
                clients = clients &+ count
            case (.acks, .ack(_, let packet)), (.sockets, .sockets(_, let packet)), (.servers, .serverSideAnswer(_, let packet)):
                // A node has many acks, and one answer to everything else.
                guard kind == .acks || note(sender) else { return true }
                if payloads.count < limit { payloads.append(packet) }
            default: return false
            }
            return true
        }

        /// - Returns: false for a node that has answered before.
        private mutating func note(_ sender: String) -> Bool {
            guard sender.isEmpty || answered.insert(sender).inserted else { return false }
            answeredNodes &+= 1
            return true
        }

        var isComplete: Bool {
            guard let expected, answeredNodes >= expected else { return false }
            return kind != .acks || payloads.count >= clients
        }

        /// Clients that were asked and have not answered.
        var silentClients: Int { max(0, clients &- payloads.count) }

        /// The nodes that have not answered, by the names that are known of them; the others have none.
        func silentNodes(known: KnownNodes) -> [String] { known.silent(max(0, (expected ?? 0) &- answeredNodes), answered: answered) }
    }
#endif
