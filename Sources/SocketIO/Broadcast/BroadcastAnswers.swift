public import GatehouseJSON

/// What came back from a broadcast that asked for acks (API-02).
public struct BroadcastAnswers: Sendable {
    /// One client's ack.
    public struct Answer: Sendable {
        /// Who answered.
        public let client: SocketID
        /// With what.
        public let arguments: [JSONValue]
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
