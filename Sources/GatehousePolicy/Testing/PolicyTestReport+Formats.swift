import GatehouseJSON

extension PolicyTestReport {
    /// For a person.
    package func text(coverage withCoverage: Bool = false) -> String {
        var lines = failures.map { "\($0.position): \($0.suite): \($0.name)\n  \($0.failure ?? "")" }
        if withCoverage {
            lines += uncovered.map { "\($0.position): '\($0.id)' decided in no case" }
            lines.append("\(covered.count) of \(covered.count + uncovered.count) rules decided at least once")
        }
        lines.append("\(results.count - failures.count) of \(results.count) passed")
        return lines.joined(separator: "\n")
    }

    /// For a program: one object.
    package var json: String {
        let items: [JSONValue] = results.map { result in
            var object = JSONObject()
            object["suite"] = .string(result.suite)
            object["name"] = .string(result.name)
            object["at"] = .string(result.position.description)
            object["passed"] = .bool(result.failure == nil)
            if let failure = result.failure { object["failure"] = .string(failure) }
            return .object(object)
        }
        var object = JSONObject()
        object["passed"] = .integer(Int64(results.count - failures.count))
        object["failed"] = .integer(Int64(failures.count))
        object["results"] = .array(items)
        object["uncovered"] = .array(uncovered.map { .string($0.id) })
        return JSONValue.object(object).serialized
    }

    /// For a CI server.
    package var junit: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites tests=\"\(results.count)\" failures=\"\(failures.count)\">\n"
        var suites: [String] = []
        for result in results where !suites.contains(result.suite) { suites.append(result.suite) }
        for suite in suites {
            let own = results.filter { $0.suite == suite }
            text += "  <testsuite name=\"\(Self.escape(suite))\" tests=\"\(own.count)\" failures=\"\(own.count { $0.failure != nil })\">\n"
            for result in own {
                text += "    <testcase classname=\"\(Self.escape(suite))\" name=\"\(Self.escape(result.name))\""
                if let failure = result.failure {
                    text +=
                        "><failure message=\"\(Self.escape(failure))\">\(Self.escape(result.position.description))</failure></testcase>\n"
                } else {
                    text += "/>\n"
                }
            }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    /// XML text; control characters, which XML 1.0 cannot hold, as U+FFFD.
    private static func escape(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            default: result.unicodeScalars.append(scalar.value < 0x20 ? "\u{FFFD}" : scalar)
            }
        }
        return result
    }
}
