/// The elements of an `AsyncSequence` that a handler returned, each on its way to the client.
public struct AnswerStream: Sendable {
    /// Goes through the sequence, from its beginning, and hands over each element. Ends with the sequence, when the closure throws, or when
    /// the task is cancelled and the sequence heeds that.
    package let forEach: @Sendable (_ body: (HandlerOutput) async throws -> Void) async throws -> Void

    /// The elements of a sequence.
    public init<Elements: AsyncSequence & Sendable>(_ elements: Elements) where Elements.Element: HandlerResult {
        forEach = { body in
            for try await element in elements { try await body(element.output) }
        }
    }
}
