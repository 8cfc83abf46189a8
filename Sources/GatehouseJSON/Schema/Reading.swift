import NIOCore

/// The findings of one decoding so far. Paths are added while the decoding unwinds, so that a valid payload pays nothing.
public struct Reading: Sendable {
    /// The most violations that one payload reports (VAL-10).
    static let cap = 64
    /// The most unknown keys that are named one by one (VAL-31).
    static let namedKeys = 8

    enum Place: Sendable {
        case name(String), index(Int)
    }

    private struct Finding: Sendable {
        /// Innermost first.
        var places: [Place]
        let face: Face
        let override: String?
    }

    private var findings: [Finding] = []
    private var unknownKeys = 0
    /// The object around the field that is being read, for conditions on its siblings.
    var object = 0
    var stopsAtFirst = false
    /// The message's attachments, for the fields that take them.
    let attachments: [ByteBuffer]

    init(attachments: [ByteBuffer]) { self.attachments = attachments }

    /// The number of violations.
    var count: Int { findings.count }

    /// Whether nothing more can be reported.
    var isOver: Bool { findings.count >= Self.cap || (stopsAtFirst && !findings.isEmpty) }

    mutating func report(_ face: Face, override: String? = nil, at places: [Place] = []) {
        guard !isOver else { return }
        findings.append(Finding(places: places, face: face, override: override))
    }

    mutating func report(_ key: String, _ predicate: String, at places: [Place] = []) {
        report(Face(key, predicate), at: places)
    }

    /// Says where the findings after the first few were made.
    mutating func locate(after before: Int, in place: Place) {
        for index in findings.indices.dropFirst(before) { findings[index].places.append(place) }
    }

    mutating func reportUnknown(key: String) {
        unknownKeys &+= 1
        guard unknownKeys <= Self.namedKeys else { return }
        report("whitelistValidation", "is not allowed", at: [.name(PayloadName.shown(key))])
    }

    /// The findings, with the count of the unknown keys that were not named.
    func error() -> ValidationError? {
        var violations = findings.map(Self.violation)
        let unnamed = unknownKeys &- Self.namedKeys
        if unnamed > 0 && violations.count < Self.cap {
            let face = Face("whitelistValidation", "has \(unnamed) more keys that are not allowed", limit: .integer(Int64(unnamed)))
            violations.append(Self.violation(Finding(places: [], face: face, override: nil)))
        }
        return violations.isEmpty ? nil : ValidationError(violations: violations)
    }

    /// The findings of a decoding that gave no value.
    var failure: ValidationError { error() ?? ValidationError(violations: [.missing]) }

    private static func violation(_ finding: Finding) -> Violation {
        let parts = finding.places.reversed().map { place in
            switch place {
            case .name(let name): name
            case .index(let index): String(index)
            }
        }
        let path = parts.isEmpty ? "$" : parts.joined(separator: ".")
        let face = finding.face
        let message = finding.override.map { MessageTemplate.fill($0, path: path, limit: face.limitText) } ?? "\(path) \(face.predicate)"
        return Violation(path: path, constraint: face.key, message: message, limit: face.limit)
    }
}
