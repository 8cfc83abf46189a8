extension Constraint where Value == String {
    /// How many Unicode scalars (VAL-17).
    public static func length(_ bounds: ClosedRange<Int>) -> Constraint {
        let (low, high) = (bounds.lowerBound, bounds.upperBound)
        let predicate = "must have \(low) to \(high) characters"
        let text = "\(low) to \(high)"
        return Constraint(
            .bytes { bytes in
                let count = bytes.scalarCount
                return count < low ? 0 : count > high ? 1 : nil
            },
            [
                Face("isLength", predicate, limit: low.limit, limitText: text),
                Face("isLength", predicate, limit: high.limit, limitText: text),
            ],
            upperBound: high, problem: lengthProblem(low)
        ).said(by: ["minLength": low.limit, "maxLength": high.limit])
    }

    /// At least so many Unicode scalars.
    public static func length(_ bounds: PartialRangeFrom<Int>) -> Constraint { minLength(bounds.lowerBound) }

    /// At most so many Unicode scalars.
    public static func length(_ bounds: PartialRangeThrough<Int>) -> Constraint { maxLength(bounds.upperBound) }

    /// At least so many Unicode scalars.
    public static func minLength(_ bound: Int) -> Constraint {
        bytes(Face("minLength", "must have at least \(bound) characters", limit: bound.limit), problem: lengthProblem(bound)) {
            $0.scalarCount >= bound
        }.said(by: ["minLength": bound.limit])
    }

    /// At most so many Unicode scalars.
    public static func maxLength(_ bound: Int) -> Constraint {
        Constraint(
            .bytes { $0.scalarCount > bound ? 0 : nil },
            [Face("maxLength", "must have at most \(bound) characters", limit: bound.limit)],
            upperBound: bound, problem: lengthProblem(bound)
        ).said(by: ["maxLength": bound.limit])
    }

    /// How many bytes of UTF-8.
    public static func byteLength(_ bounds: ClosedRange<Int>) -> Constraint {
        let (low, high) = (bounds.lowerBound, bounds.upperBound)
        let predicate = "must have \(low) to \(high) bytes"
        let text = "\(low) to \(high)"
        return Constraint(
            .bytes { $0.byteCount < low ? 0 : $0.byteCount > high ? 1 : nil },
            [
                Face("isByteLength", predicate, limit: low.limit, limitText: text),
                Face("isByteLength", predicate, limit: high.limit, limitText: text),
            ],
            upperBound: high, problem: lengthProblem(low)
        ).said(by: ["maxLength": high.limit], exactly: false)
    }

    /// No character at all.
    public static var empty: Constraint { bytes(Face("isEmpty", "must be empty")) { $0.isEmpty }.said(by: ["maxLength": 0]) }

    /// One character or more.
    public static var notEmpty: Constraint { bytes(Face("isNotEmpty", "must not be empty")) { !$0.isEmpty }.said(by: ["minLength": 1]) }

    /// A rule on the UTF-8 of a string.
    static func bytes(_ face: Face, problem: String? = nil, _ holds: @escaping @Sendable (RawSpan) -> Bool) -> Constraint {
        Constraint(.bytes { holds($0) ? nil : 0 }, [face], problem: problem)
    }

    private static func lengthProblem(_ bound: Int) -> String? { bound < 0 ? "a length is negative" : nil }
}

extension RawSpan {
    /// The number of Unicode scalars in UTF-8: the bytes that do not continue one, counted eight at a time.
    var scalarCount: Int {
        var tails = 0
        var i = 0
        while i &+ 8 <= byteCount {
            let word = word(i)
            // ASCII has no tails. A tail has its high bit set and the next one clear.
            if word & 0x8080_8080_8080_8080 != 0 {
                tails &+= (word & ~(word &<< 1) & 0x8080_8080_8080_8080).nonzeroBitCount
            }
            i &+= 8
        }
        while i < byteCount {
            if byte(i) & 0xC0 == 0x80 { tails &+= 1 }
            i &+= 1
        }
        return byteCount &- tails
    }
}
