public import GatehouseJSON

/// What came back from a broadcast that asked for acks (API-02).
public struct BroadcastAnswers: Sendable {
    /// One client's ack.
    public struct Answer: Sendable {
        /// Who answered.
        public let client: SocketID
        /// With what. The place of an attachment holds `{"_placeholder":true,"num":n}`; see ``decode(_:)``.
        public let arguments: [JSONValue]
        /// The attachments, by their numbers.
        public let attachments: [BinaryAttachment]

        /// The one argument of the ack as a DTO, or as any type that a field of one may have; attachments are where they belong.
        ///
        /// An ack is a client's word like any event: what is made of it has kept the rules of its schema.
        /// - Throws: ``UnexpectedAck`` with all violations, or for another number of arguments.
        public func decode<Reply: FieldValue>(_ type: Reply.Type) throws(UnexpectedAck) -> Reply {
            do throws(ValidationError) {
                guard arguments.count == 1, let argument = arguments.first else { throw .arity(expected: 1) }
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

    package init(answers: [Answer], silent: [SocketID], overLimit: [SocketID] = []) {
        self.answers = answers
        self.silent = silent
        self.overLimit = overLimit
    }
}
