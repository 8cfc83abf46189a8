/// A pipe that makes a value of a text, such as ``ParseInt``: for an argument that clients send as text,
/// `on("page", page).arguments(EventArgument("page", parsing: ParseInt(1...100)))`.
public protocol ParsePipe<Parsed>: Sendable {
    /// What is made of the text.
    associatedtype Parsed: FieldValue

    /// The value.
    /// - Throws: `ValidationError` for a text that no value can be made of.
    func transform(_ text: String) throws(ValidationError) -> Parsed
}

extension ParseInt: ParsePipe {}
extension ParseDouble: ParsePipe {}
extension ParseBool: ParsePipe {}
extension ParseUUID: ParsePipe {}
extension ParseULID: ParsePipe {}
extension ParseDate: ParsePipe {}
extension ParseRoom: ParsePipe {}
extension ParseEnum: ParsePipe where Value: FieldValue {}
extension ParseArray: ParsePipe where Output: FieldValue {}

extension ParsePipe {
    /// What contracts say of the text: what the pipe itself says of one that is nothing.
    fileprivate var notes: [ConstraintNote] {
        do throws(ValidationError) {
            _ = try transform("\0")
            return []
        } catch {
            return error.violations.prefix(1).map { violation in
                let isNamed = violation.message.hasPrefix(violation.path + " ")
                return ConstraintNote(violation.constraint, String(violation.message.dropFirst(isNamed ? violation.path.count + 1 : 0)))
            }
        }
    }
}

extension FieldReader where Value == String {
    /// A reader of what a pipe makes of the text.
    func parsing<Parsed>(_ pipe: some ParsePipe<Parsed>) -> FieldReader<Parsed> {
        let reader = unsafe FieldReader<Parsed>(problems: problems) { document, text, node, reading, place in
            var result: Result<Parsed, ValidationError>?
            let isText = readValue(document, text, node, &reading) { text in
                do throws(ValidationError) {
                    result = .success(try pipe.transform(text))
                } catch {
                    result = .failure(error)
                }
            }
            guard isText, let result else { return false }
            switch result {
            case .success(let value):
                unsafe place.initializeMemory(as: Parsed.self, to: value)
                return true
            case .failure(let error):
                for violation in error.violations { reading.report(violation) }
                return false
            }
        }
        return reader.shaped(shape.constrained(by: Keywords([:], notes: pipe.notes)))
    }
}

extension Reading {
    /// A violation that was found by itself.
    mutating func report(_ violation: Violation) {
        let predicate = violation.message.dropFirst(violation.message.hasPrefix(violation.path) ? violation.path.utf8.count + 1 : 0)
        report(
            Face(violation.constraint, String(predicate), limit: violation.limit),
            at: violation.path == "$" ? [] : [.name(violation.path)])
    }
}
