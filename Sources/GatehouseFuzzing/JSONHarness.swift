import GatehouseJSON
import NIOCore

/// FZ-03: the JSON scanner against a plain reading of RFC 8259 and against Foundation, whether the document is new or used before; what was
/// read is written and read again as the same; and the time is linear.
package struct JSONHarness: FuzzHarness {
    package static let name = "json"

    private var document = JSONDocument()
    private let clock = ContinuousClock()

    package init() {}

    package mutating func run(_ input: [UInt8]) throws {
        try timed(input)
        let error = scan(input)
        let value: Result<JSONValue, JSONError>
        do throws(JSONError) {
            value = .success(try JSONValue(parsing: input, limits: .maximum))
        } catch {
            value = .failure(error)
        }
        switch ReferenceJSON.read(input, limits: .maximum) {
        case .tooLarge:
            try require(error != nil, "a text over a limit was taken")
        case .malformed:
            try require(error.map { $0.kind != .invalid } == true, "a malformed text was taken: \(error.map { "\($0)" } ?? "no error")")
        case .ambiguous:
            try require(error?.kind == .invalid, "a text that can be read in two ways was taken")
        case .value(let expected):
            try require(error == nil, "a strict text was refused: \(error.map { "\($0)" } ?? "")")
            try check(expected, value, input)
        }
        try require(error == nil || value == .failure(error ?? JSONError(.syntax, "", at: 0)), "a used document judges otherwise")
        // The limits of a message are narrower, and change nothing else.
        if (try? JSONValue(parsing: input)) != nil { try require(error == nil, "narrower limits take more") }
    }

    private mutating func scan(_ input: [UInt8]) -> JSONError? {
        do throws(JSONError) {
            try document.scan(ByteBuffer(bytes: input), limits: .maximum)
            return nil
        } catch {
            return error
        }
    }

    /// A value with a number that no double holds is strict JSON, but is no value here.
    private mutating func check(_ expected: JSONValue?, _ value: Result<JSONValue, JSONError>, _ input: [UInt8]) throws {
        switch (expected, value) {
        case (.none, .failure(let error)): try require(error.code == .numberRange, "refused for another reason: \(error)")
        case (.none, .success): throw BrokenOracle("an infinite number was taken")
        case (.some, .failure(let error)): throw BrokenOracle("a strict text has no value: \(error)")
        case (.some(let expected), .success(let value)):
            try require(value == expected, "another value than that of the text")
            try require((try? document.owned(at: document.root)) == value, "a document that is used again holds another value")
            try FoundationJSON.compare(input, value)
            var written = ByteBuffer()
            value.write(to: &written)
            try require((try? JSONValue(parsing: written, limits: .maximum)) == value, "written again, the value is another")
        }
    }

    /// The best of three, so that a busy machine is no finding.
    private mutating func timed(_ input: [UInt8]) throws {
        let bound = Duration.milliseconds(10) + .microseconds(2) * input.count
        var best = Duration.seconds(60)
        for _ in 0..<3 where best > bound {
            best = min(best, clock.measure { _ = scan(input) })
        }
        try require(best <= bound, "\(input.count) bytes took \(best)")
    }
}
