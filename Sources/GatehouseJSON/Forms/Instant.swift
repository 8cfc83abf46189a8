/// A moment, as seconds and nanoseconds since 1970-01-01T00:00:00Z, read from RFC 3339 text. As a field type it takes such text only.
public struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Whole seconds since 1970, leap seconds not counted.
    public let seconds: Int64
    /// Nanoseconds from 0 to 999,999,999 to add.
    public let nanoseconds: Int32

    /// A moment.
    public init(seconds: Int64, nanoseconds: Int32 = 0) {
        self.seconds = seconds
        self.nanoseconds = min(max(nanoseconds, 0), 999_999_999)
    }

    /// A moment of the wall clock.
    /// - Parameter milliseconds: since 1970.
    package init(milliseconds: Int64) {
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
        self.init(seconds: seconds, nanoseconds: Int32(clamping: rest) * 1_000_000)
    }

    /// A moment from RFC 3339 text with an offset, such as `2026-03-01T12:00:00Z`; nil if the text is not of that form. Digits of the fraction
    /// after the ninth are not kept.
    public init?(_ text: String) {
        guard let value = unsafe Self.read(text.utf8Span.span.bytes) else { return nil }
        self = value
    }

    static func read(_ text: RawSpan) -> Instant? {
        guard text.byteCount >= 20, text.byteCount <= 64, let day = DateForm.day(text, 0..<10), text.byte(10) | 0x20 == 0x74,
            let time = DateForm.time(text, 11..<19)
        else { return nil }
        var i = 19
        var nanoseconds: Int32 = 0
        if text.byte(i) == ASCII.dot {
            let start = i &+ 1
            i = start
            while i < text.byteCount, ASCII.isDigit(text.byte(i)) { i &+= 1 }
            guard i > start else { return nil }
            for k in 0..<9 {
                let digit = start &+ k < i ? Int32(text.byte(start &+ k) &- ASCII.zero) : 0
                nanoseconds = nanoseconds &* 10 &+ digit
            }
        }
        guard let offset = DateForm.offset(text, i..<text.byteCount) else { return nil }
        return Instant(seconds: Int64(day) &* 86_400 &+ Int64(time) &- Int64(offset), nanoseconds: nanoseconds)
    }

    /// Earlier in time.
    public static func < (left: Instant, right: Instant) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// RFC 3339 in UTC, with a fraction only if there is one.
    public var description: String {
        let day = seconds >= 0 ? seconds / 86_400 : (seconds &- 86_399) / 86_400
        let second = seconds &- day &* 86_400
        let date = DateForm.date(ofDay: day)
        var text = DateForm.padded(date.year, 4) + "-" + DateForm.padded(date.month, 2) + "-" + DateForm.padded(date.day, 2) + "T"
        text += DateForm.padded(second / 3_600, 2) + ":" + DateForm.padded(second / 60 % 60, 2) + ":" + DateForm.padded(second % 60, 2)
        if nanoseconds > 0 {
            var fraction = DateForm.padded(Int64(nanoseconds), 9)
            while fraction.hasSuffix("0") { fraction.removeLast() }
            text += "." + fraction
        }
        return text + "Z"
    }
}

extension Instant: FieldValue {
    /// Reads RFC 3339 text.
    public static func reader(_ constraints: [Constraint<Instant>]) -> FieldReader<Instant> {
        let checks = Checks(constraints)
        return FieldReader(problems: constraints.problems()) { document, text, node, reading in
            guard let value = document[node], value.kind == .string else {
                reading.report("isString", "must be a string")
                return nil
            }
            let instant = value.hasEscapes ? Instant(value.string(text)) : Instant.read(text.extracting(value.range))
            guard let instant else {
                reading.report("isRFC3339", "must be a date and time in that form")
                return nil
            }
            return checks.apply(to: instant, document, &reading)
        }.shaped(.string(format: "date-time"), constraints)
    }
}

extension Instant: JSONEncodable {
    /// Writes RFC 3339 text in UTC.
    public func encode(to writer: inout JSONWriter) { writer.string(description) }
}
