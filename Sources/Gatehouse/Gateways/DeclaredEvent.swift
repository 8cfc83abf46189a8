package import GatehouseJSON

/// An event that a gateway declares.
package struct DeclaredEvent: Sendable {
    /// Its name.
    package let event: String
    /// The form of its one argument.
    package let shape: Shape
    /// The name of the argument's type.
    package let type: String
    /// The form of the answer, if it is a ``ServerQuestion``.
    package let answer: Shape?

    init<Value: FieldValue>(_ event: String, _ type: Value.Type) {
        self.event = event
        shape = Value.reader([]).wireShape
        self.type = String(describing: type)
        answer = (type as? any ServerQuestion.Type).map { Self.answer(of: $0) }
    }

    private static func answer<Question: ServerQuestion>(of question: Question.Type) -> Shape {
        Question.Answer.reader([]).wireShape
    }
}
