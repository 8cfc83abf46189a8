extension JSONValue: FieldValue {
    /// Reads anything; a number beyond the range of a double is refused.
    public static func reader(_ constraints: [Constraint<JSONValue>]) -> FieldReader<JSONValue> {
        let checks = Checks(constraints)
        return FieldReader(problems: constraints.problems()) { document, _, node, reading in
            document.ownedForField(node, &reading).flatMap { checks.apply(to: $0, document, &reading) }
        }.shaped(.any, constraints)
    }
}

extension JSONObject: FieldValue {
    /// Reads an object with any members.
    public static func reader(_ constraints: [Constraint<JSONObject>]) -> FieldReader<JSONObject> {
        let checks = Checks(constraints)
        return FieldReader(problems: constraints.problems()) { document, _, node, reading in
            guard document.kind(of: node) == .object else {
                reading.report("isObject", "must be an object")
                return nil
            }
            guard case .object(let object)? = document.ownedForField(node, &reading) else { return nil }
            return checks.apply(to: object, document, &reading)
        }.shaped(.anyObject, constraints)
    }
}

extension JSONDocument {
    fileprivate func ownedForField(_ node: Int, _ reading: inout Reading) -> JSONValue? {
        do throws(JSONError) {
            return try owned(at: node)
        } catch {
            reading.report("isNumber", "must be a number")
            return .none
        }
    }
}
