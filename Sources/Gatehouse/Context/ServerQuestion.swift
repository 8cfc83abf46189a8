public import GatehouseJSON
public import SocketIO

/// An event that a client is to answer, with the type of the answer.
///
/// ```swift
/// struct Camera: ServerQuestion {
///     typealias Answer = BinaryAttachment
///     static let event = "camera"
///     var side: Side
///     static let schema = Schema(Field("side", \.side), make: Camera.init)
/// }
///
/// let photo = try await client.ask(Camera(side: .front))
/// ```
public protocol ServerQuestion: ServerEvent {
    /// What a client acks the event with. It is untrusted input, as an event is, and has passed the rules of its type.
    associatedtype Answer: FieldValue
}

/// What became of a question to many.
public struct Answers<Answer: Sendable>: Sendable {
    /// The answers that came in time and keep the rules of their type. A client of another node has no id here.
    public let answers: [(client: SocketID?, answer: Answer)]
    /// The clients whose ack was of another type.
    public let unexpected: [UnexpectedAck]
    /// The clients that got the event and did not answer in time, or left.
    public let silent: [SocketID]
    /// The clients that were not asked, since they owe too many acks already.
    public let overLimit: [SocketID]
    /// How many clients of other nodes got the event and did not answer in time.
    public let silentElsewhere: Int
    /// The nodes of the cluster that did not say in time whom they asked.
    public let silentNodes: [String]
}

extension Client {
    /// Asks this client, and waits for its answer.
    /// - Parameter timeout: how long; by default five seconds.
    /// - Throws: ``GatewayError`` with `timeout`, `not_found` (the client has left) or `limit` (too many acks are waited for);
    ///   ``UnexpectedAck`` for an ack that is not of the answer's type, which a handler that lets it pass answers with `internal`.
    public func ask<Question: ServerQuestion>(_ question: Question, timeout: Duration = .seconds(5)) async throws -> Question.Answer {
        try await emitWithAck(Question.event, question, as: Question.Answer.self, timeout: timeout)
    }
}

extension Broadcaster {
    /// Asks everyone, and waits until all have answered or the time of ``timeout(_:)`` is up.
    public func ask<Question: ServerQuestion>(_ question: Question) async throws -> Answers<Question.Answer> {
        let all = try await emitWithAck(Question.event, question)
        var answers: [(client: SocketID?, answer: Question.Answer)] = []
        var unexpected: [UnexpectedAck] = []
        for one in all.answers {
            do throws(UnexpectedAck) {
                answers.append((one.client, try one.decode(Question.Answer.self)))
            } catch {
                unexpected.append(error)
            }
        }
        return Answers(
            answers: answers, unexpected: unexpected, silent: all.silent, overLimit: all.overLimit, silentElsewhere: all.silentElsewhere,
            silentNodes: all.silentNodes)
    }
}
