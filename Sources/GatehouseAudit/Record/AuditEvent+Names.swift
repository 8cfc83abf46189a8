extension AuditEvent {
    /// Whether an event has the name or, for a name that ends in `.` or `*`, begins with it: what ``AuditFilter/event`` can find.
    package static func isKnown(_ name: String) -> Bool {
        guard name.hasSuffix(".") || name.hasSuffix("*") else { return AuditEvent(rawValue: name) != nil }
        let beginning = name.hasSuffix("*") ? String(name.dropLast()) : name
        return allCases.contains { $0.rawValue.hasPrefix(beginning) }
    }

    /// `audit, node, …`: the groups of events.
    package static var beginnings: String {
        var seen: [Substring] = []
        for event in allCases {
            if let word = event.rawValue.split(separator: ".").first, !seen.contains(word) { seen.append(word) }
        }
        return seen.joined(separator: ", ")
    }
}
