public import GatehouseJSON

/// The answers to a broadcast that asked for acks (API-02).
public struct BroadcastAnswers: Sendable {
    /// One client's ack.
    public struct Answer: Sendable {
        /// The client that answered; `nil` for one of another node, which does not say.
        public let client: SocketID?
        /// The arguments of the ack. An attachment is replaced by `{"_placeholder":true,"num":n}`; see ``decode(_:)``.
        public let arguments: [JSONValue]
        /// The attachments, by their numbers.
        public let attachments: [BinaryAttachment]

        /// The one argument of the ack as a DTO, or as any type that a field of one may have; attachments are where they belong.
        ///
        /// An ack is untrusted input, as an event is: the result has passed the rules of its schema.
        /// - Throws: ``UnexpectedAck`` with all violations, or for another number of arguments.
        public func decode<Reply: FieldValue>(_ type: Reply.Type) throws(UnexpectedAck) -> Reply {
            do throws(ValidationError) {
                guard arguments.count == 1, let argument = arguments.first else { throw .arity(expected: 1...1) }
                return try Reply.reader([]).decode(argument, attachments: attachments)
            } catch {
                throw UnexpectedAck(client: client, violations: error.violations)
            }
        }
    }

    /// The acks that came in time.
    public let answers: [Answer]
    /// The clients that got the event and did not answer in time, or left.
    public let silent: [SocketID]

    /// The clients that were not sent the event, since they owe too many acks already.
    public let overLimit: [SocketID]

    /// How many clients of other nodes got the event and did not answer in time.
    public let silentElsewhere: Int

    /// The nodes of the cluster that did not say in time whom they asked: how many clients are missing there is not known.
    public let silentNodes: [String]

    package init(
        answers: [Answer], silent: [SocketID], overLimit: [SocketID] = [], silentElsewhere: Int = 0, silentNodes: [String] = []
    ) {
        self.answers = answers
        self.silent = silent
        self.overLimit = overLimit
        self.silentElsewhere = silentElsewhere
        self.silentNodes = silentNodes
    }
}

extension BroadcastAnswers.Answer {
    /// The one value that a client of another node answered with; `nil` for what is not JSON.
    init?(_ packet: ClusterPacket) {
        guard let value = try? JSONValue(parsing: packet.data, limits: .maximum) else { return nil }
        self.init(client: nil, arguments: [value], attachments: packet.attachments.map(BinaryAttachment.init))
    }
}
