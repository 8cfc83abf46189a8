extension Dictionary: FieldValue where Key == String, Value: FieldValue {
    /// Reads an object with any keys. Constraints must bound the number of members and the length of keys.
    public static func reader(_ constraints: [Constraint<[String: Value]>]) -> FieldReader<[String: Value]> {
        let element = Value.reader(constraints.items())
        let keyConstraints = constraints.flatMap { constraint -> [Constraint<String>] in
            guard case .keys(let keys) = constraint.body else { return [] }
            return keys
        }
        let keys = StringChecks(keyConstraints)
        let counts = CountChecks(constraints)
        let checks = Checks(constraints)
        var problems = constraints.problems() + element.problems
        if counts.upperBound == nil { problems.append("a map needs an upper bound: add .count(...n)") }
        if !keyConstraints.contains(where: { $0.upperBound != nil }) {
            problems.append("the keys of a map need an upper bound: add .keys(.length(1...n))")
        }
        let reader = unsafe FieldReader<[String: Value]>(problems: problems, nested: element.nested) {
            document, text, node, reading, place in
            guard document.kind(of: node) == .object else {
                reading.report("isObject", "must be an object")
                return false
            }
            let count = document.count(of: node)
            let countHolds = counts.hold(count, document, &reading)
            guard countHolds || count <= counts.upperBound ?? 0 else { return false }
            var map: [String: Value] = [:]
            map.reserveCapacity(count)
            var holds = countHolds
            var key = node &+ 1
            for _ in 0..<count {
                guard !reading.isOver, let name = document[key] else { return false }
                let before = reading.count
                if let checked = keys.read(name, document, text, &reading) {
                    var isRepeated = false
                    let isRead = element.readValue(document, text, key &+ 1, &reading) { value in
                        isRepeated = map.updateValue(value, forKey: checked) != nil
                    }
                    holds = holds && isRead
                    // Keys that differ in bytes may still be the same Swift string.
                    if isRepeated { reading.report("arrayUnique", "must have no repeated items") }
                }
                if reading.count != before {
                    holds = false
                    reading.locate(after: before, in: .name(PayloadName.shown(name.string(text))))
                }
                key = document.next(after: key &+ 1)
            }
            guard holds else { return false }
            unsafe place.initializeMemory(as: [String: Value].self, to: map)
            return unsafe checks.hold(in: place, document, &reading)
        }
        return reader.shaped(.map(element.shape).constrained(by: keywords(constraints, keys: keyConstraints)))
    }

    /// A map has members where an array has items, and rules for their names.
    private static func keywords(_ constraints: [Constraint<[String: Value]>], keys: [Constraint<String>]) -> Keywords {
        let own = constraints.keywords()
        let names = ["minItems": "minProperties", "maxItems": "maxProperties"]
        var keywords = Keywords([:], notes: own.notes)
        for (key, value) in own.members.members { keywords.add([names[key] ?? key: value]) }
        let keyWords = keys.keywords()
        if !keyWords.isEmpty { keywords.add(["propertyNames": .object(keyWords.schema)]) }
        return keywords
    }
}
