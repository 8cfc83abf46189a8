import GatehousePolicy

/// The values that a setting takes, and how they are written: sizes and times with their units, as in policies.
package enum SettingForm: Sendable {
    /// Text that a test accepts; `expected` says which.
    case text(placeholder: String, expected: String, isValid: @Sendable (String) -> Bool)
    /// Several of them: a list in a file, a repeated flag, separated by commas in the environment.
    case list(placeholder: String, expected: String, isValid: @Sendable (String) -> Bool)
    case choice([String])
    case toggle
    case count(ClosedRange<Int>)
    /// In bytes.
    case size(ClosedRange<Int>)
    case duration(ClosedRange<Duration>)

    /// The placeholder of a value in help texts.
    package var placeholder: String {
        switch self {
        case .text(let placeholder, _, _), .list(let placeholder, _, _): placeholder
        case .choice: "word"
        case .toggle: "true|false"
        case .count: "number"
        case .size: "size"
        case .duration: "time"
        }
    }

    /// The accepted values.
    package var description: String {
        switch self {
        case .text(_, let expected, _): expected
        case .list(_, let expected, _): "a list, each: \(expected)"
        case .choice(let words): words.joined(separator: ", ")
        case .toggle: "true or false"
        case .count(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .size(let range): "\(SettingValue.size(range.lowerBound).text) to \(SettingValue.size(range.upperBound).text)"
        case .duration(let range): "\(SettingValue.duration(range.lowerBound).text) to \(SettingValue.duration(range.upperBound).text)"
        }
    }

    /// - Returns: the value that `texts` stand for. All forms but a list take exactly one text.
    /// - Throws: ``SettingMistake``, which says what is expected.
    package func parse(_ texts: [String]) throws(SettingMistake) -> SettingValue {
        if case .list(_, let expected, let isValid) = self {
            if let bad = texts.first(where: { !isValid($0) }) { throw SettingMistake("\(Self.quoted(bad)) is not \(expected)") }
            return .list(texts)
        }
        guard let text = texts.first, texts.count == 1 else { throw SettingMistake("it takes one value, not \(texts.count)") }
        guard !text.isEmpty else { throw SettingMistake("it is empty; expected: \(description)") }
        let value: SettingValue? =
            switch self {
            case .text, .list: .text(text)
            case .choice: .text(text)
            case .toggle: text == "true" ? .toggle(true) : text == "false" ? .toggle(false) : nil
            case .count: WholeNumber.parse(text).map { .count(Int(clamping: $0)) }
            case .size: ByteCount.parse(text).map { .size(Int(clamping: $0)) }
            case .duration: TimeSpan.parse(text).map { .duration(.nanoseconds($0)) }
            }
        guard let value else { throw SettingMistake("\(Self.quoted(text)) is not \(spelling)") }
        guard accepts(value) else { throw SettingMistake("\(Self.quoted(text)) is not possible; expected: \(description)") }
        return value
    }

    /// Whether a value of this form is within its limits.
    package func accepts(_ value: SettingValue) -> Bool {
        switch (self, value) {
        case (_, .none), (.toggle, .toggle): true
        case (.text(_, _, let isValid), .text(let text)): isValid(text)
        case (.list(_, _, let isValid), .list(let texts)): texts.allSatisfy(isValid)
        case (.choice(let words), .text(let text)): words.contains(text)
        case (.count(let range), .count(let value)), (.size(let range), .size(let value)): range.contains(value)
        case (.duration(let range), .duration(let value)): range.contains(value)
        default: false
        }
    }

    /// The error of a value of a configuration's member; nil: none.
    func objection(to value: SettingValue, of member: String) -> String? {
        guard !accepts(value) else { return nil }
        if case .list(_, let expected, let isValid) = self, case .list(let texts) = value, let bad = texts.first(where: { !isValid($0) }) {
            return "\(member): \(Self.quoted(bad)) is not \(expected)"
        }
        return "\(member) is \(value.text); it may be \(description)"
    }

    private var spelling: String {
        switch self {
        case .toggle: "true or false"
        case .count: "a whole number in digits only; expected: \(description)"
        case .size: "a size with its unit (B, KiB, MiB, GiB), as 64KiB; expected: \(description)"
        case .duration: "a time with its unit (ms, s, m, h, d), as 30s; expected: \(description)"
        default: description
        }
    }

    /// A part of a value, to find it again.
    private static func quoted(_ text: String) -> String { "'\(text.prefix(64))\(text.count > 64 ? "…" : "")'" }
}

/// Why a value is refused, without the name of its setting.
package struct SettingMistake: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
