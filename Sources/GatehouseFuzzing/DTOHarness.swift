import GatehouseJSON
import NIOCore

/// FZ-08: a payload against schemas: a value or violations, the same each time; and whatever is taken is refused once it has one member more.
package struct DTOHarness: FuzzHarness {
    package static let name = "dto"

    private var document = JSONDocument()

    package init() {}

    package mutating func run(_ input: [UInt8]) throws {
        let text = ByteBuffer(bytes: input)
        guard (try? document.scan(text)) != nil else { return }
        try check(FuzzedOrder.self, input)
        try check(FuzzedAddresses.self, input)
        try check(FuzzedTexts.self, input)
        try check(FuzzedEnvelope.self, input)
    }

    private func decode<T: Payload>(_ type: T.Type, _ document: JSONDocument) -> Result<T, ValidationError> {
        do throws(ValidationError) {
            return .success(try T.schema.decode(document, at: document.root))
        } catch {
            return .failure(error)
        }
    }

    private func check<T: Payload & Equatable>(_ type: T.Type, _ input: [UInt8]) throws {
        var fresh = JSONDocument()
        try fresh.scan(ByteBuffer(bytes: input))
        switch (decode(type, document), decode(type, fresh)) {
        case (.success(let value), .success(let again)):
            try require(value == again, "the same payload gives another value")
            try checkAllowList(type, input)
        case (.failure(let error), .failure(let again)):
            try require(error == again, "the same payload breaks other rules")
            try require((1...64).contains(error.violations.count), "\(error.violations.count) violations")
            for violation in error.violations {
                try require(
                    !violation.constraint.isEmpty && !violation.path.isEmpty && violation.message.utf8.count < 1_024
                        && !violation.path.utf8.contains { $0 < 0x20 }, "a violation that cannot be told: \(violation)")
            }
        default: throw BrokenOracle("the same payload is taken once and refused once")
        }
    }

    /// SEC-20: an object is an allow-list.
    private func checkAllowList<T: Payload>(_ type: T.Type, _ input: [UInt8]) throws {
        guard case .object(var object)? = try? document.owned(at: document.root) else {
            throw BrokenOracle("a payload that is no object was taken")
        }
        object["unheard of"] = 1
        var wider = JSONDocument()
        // One member more may be one too many for a limit.
        guard (try? wider.scan(ByteBuffer(string: JSONValue.object(object).serialized))) != nil else { return }
        guard case .failure(let error) = decode(type, wider) else { throw BrokenOracle("a member that no schema knows was taken") }
        try require(error.violations.contains { $0.constraint == "whitelistValidation" }, "refused for another reason")
    }
}
