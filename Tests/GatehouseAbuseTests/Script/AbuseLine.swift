import NIOCore

/// Reads the lines of a case.
enum AbuseLine {
    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    typealias Lines = ArraySlice<(number: Int, text: Substring)>

    static func step(_ lines: inout Lines) throws -> AbuseStep {
        guard let line = lines.first else { throw Malformed(description: "a step is due") }
        let (word, rest) = split(line.text)
        let step: AbuseStep
        if let state = AbuseStep.State(rawValue: String(word)), rest.isEmpty {
            step = .connect(state)
        } else {
            switch word {
            case "on": step = .use(try count(rest))
            case "send": step = .send(try ByteExpressionParser.parse(rest), piece: nil)
            case "dribble":
                let (size, bytes) = split(rest)
                step = .send(try ByteExpressionParser.parse(bytes), piece: try count(size))
            case "flood":
                let (size, bytes) = split(rest)
                step = .flood(try count(size), try ByteExpressionParser.parse(bytes))
            case "expect": step = .expect(try expectation(rest))
            case "reset": step = .reset
            case "hang-up": step = .hangUp
            case "advance": step = .advance(try time(rest))
            case "times": return try repetition(&lines, try count(rest))
            default: throw Malformed(description: "not understood: \(line.text)")
            }
        }
        lines.removeFirst()
        return step
    }

    /// The steps between `times N` and `again`.
    private static func repetition(_ lines: inout Lines, _ count: Int) throws -> AbuseStep {
        lines.removeFirst()
        var steps: [AbuseStep] = []
        while let line = lines.first, line.text != "again" { steps.append(try step(&lines)) }
        guard lines.popFirst() != nil else { throw Malformed(description: "`times` without `again`") }
        return .times(count, steps)
    }

    private static func expectation(_ line: Substring) throws -> AbuseStep.Expectation {
        let (word, rest) = split(line)
        switch word {
        case "status": return .status(try numbers(rest))
        case "head": return .head(try count(rest))
        case "body": return .body(try ByteExpressionParser.parse(rest))
        case "body-contains": return .bodyContains(try ByteExpressionParser.parse(rest))
        case "body-lacks": return .bodyLacks(try ByteExpressionParser.parse(rest))
        case "no-field": return .noField(String(rest))
        case "text": return .text(try ByteExpressionParser.parse(rest))
        case "text-beginning": return .textBeginning(try ByteExpressionParser.parse(rest))
        case "pong": return .pong(try ByteExpressionParser.parse(rest))
        case "pongs": return .pongs(try count(rest))
        case "close": return .close(try numbers(rest))
        case "end": return .end
        case "open": return .open
        case "silence": return .silence
        case "handled": return .handled(try count(rest))
        default: throw Malformed(description: "not understood: expect \(line)")
        }
    }

    static func split(_ line: Substring) -> (word: Substring, rest: Substring) {
        let word = line.prefix { $0 != " " }
        return (word, line.dropFirst(word.count).drop { $0 == " " })
    }

    static func count(_ text: Substring) throws -> Int {
        let digits = text.prefix { $0.isNumber }
        let factors: [Substring: Int] = ["": 1, "Ki": 1 << 10, "Mi": 1 << 20]
        guard let value = Int(digits), let factor = factors[text.dropFirst(digits.count)] else {
            throw Malformed(description: "no number: \(text)")
        }
        return value * factor
    }

    static func time(_ text: Substring) throws -> TimeAmount {
        let digits = text.prefix { $0.isNumber }
        guard let value = Int64(digits) else { throw Malformed(description: "no time: \(text)") }
        switch text.dropFirst(digits.count) {
        case "ms": return .milliseconds(value)
        case "s": return .seconds(value)
        default: throw Malformed(description: "no time: \(text)")
        }
    }

    private static func numbers(_ text: Substring) throws -> [Int] { try text.split(separator: " ").map { try count($0) } }
}
