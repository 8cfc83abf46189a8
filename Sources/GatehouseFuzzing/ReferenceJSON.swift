import GatehouseJSON

/// RFC 8259 read in the plainest way, by recursive descent.
struct ReferenceJSON {
    enum Outcome {
        /// The value; nil if a number in it is beyond a double.
        case value(JSONValue?)
        case malformed
        /// Duplicate keys or half a surrogate pair.
        case ambiguous
        case tooLarge
    }

    private enum Refusal: Error { case malformed, tooLarge }

    private let bytes: [UInt8]
    private let limits: JSONLimits
    private var index = 0
    private var isAmbiguous = false
    private var isInfinite = false

    static func read(_ bytes: [UInt8], limits: JSONLimits) -> Outcome {
        var reader = ReferenceJSON(bytes: bytes, limits: limits)
        do {
            let value = try reader.value(depth: 1)
            reader.space()
            guard reader.index == bytes.count else { return .malformed }
            if reader.isAmbiguous { return .ambiguous }
            return .value(reader.isInfinite ? .none : .some(value))
        } catch Refusal.tooLarge {
            return .tooLarge
        } catch {
            return .malformed
        }
    }

    private init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func space() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func value(depth: Int) throws -> JSONValue {
        space()
        switch next {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard depth <= limits.depth else { throw Refusal.tooLarge }
            return next == UInt8(ascii: "{") ? try object(depth) : try array(depth)
        case UInt8(ascii: "\""): return .string(try string())
        case let byte? where byte == UInt8(ascii: "-") || isDigit(byte): return try number()
        default:
            if take("true") { return .bool(true) }
            if take("false") { return .bool(false) }
            if take("null") { return .null }
            throw Refusal.malformed
        }
    }

    private mutating func array(_ depth: Int) throws -> JSONValue {
        index += 1
        var items: [JSONValue] = []
        space()
        if take("]") { return .array(items) }
        while true {
            items.append(try value(depth: depth + 1))
            space()
            if take("]") { return .array(items) }
            guard take(",") else { throw Refusal.malformed }
        }
    }

    private mutating func object(_ depth: Int) throws -> JSONValue {
        index += 1
        var members: [(key: String, value: JSONValue)] = []
        var keys: Set<[UInt8]> = []
        space()
        if take("}") { return .object(JSONObject()) }
        while true {
            space()
            guard next == UInt8(ascii: "\"") else { throw Refusal.malformed }
            let key = try string()
            if !keys.insert(Array(key.utf8)).inserted { isAmbiguous = true }
            space()
            guard take(":") else { throw Refusal.malformed }
            members.append((key, try value(depth: depth + 1)))
            space()
            if take("}") { return .object(JSONObject(members: members)) }
            guard take(",") else { throw Refusal.malformed }
        }
    }

    private mutating func string() throws -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = next {
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: text, as: UTF8.self) else { throw Refusal.malformed }
                return text
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw Refusal.malformed
            default: text.append(byte)
            }
        }
        throw Refusal.malformed
    }

    private mutating func escape() throws -> [UInt8] {
        guard let byte = next else { throw Refusal.malformed }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"): break
        default: throw Refusal.malformed
        }
        let unit = try codeUnit()
        if UTF16.isLeadSurrogate(unit), bytes[index...].starts(with: "\\u".utf8) {
            let before = index
            index += 2
            let second = try codeUnit()
            if UTF16.isTrailSurrogate(second) { return Array(String(decoding: [unit, second], as: UTF16.self).utf8) }
            index = before
        }
        if UTF16.isSurrogate(unit) { isAmbiguous = true }
        return Array(String(decoding: [unit], as: UTF16.self).utf8)
    }

    private mutating func codeUnit() throws -> UInt16 {
        guard index + 4 <= bytes.count else { throw Refusal.malformed }
        let digits = bytes[index..<index + 4]
        let isHexadecimal = digits.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        guard isHexadecimal, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else { throw Refusal.malformed }
        index += 4
        return unit
    }

    private mutating func number() throws -> JSONValue {
        let start = index
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        guard index - start <= limits.numberCharacters else { throw Refusal.tooLarge }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if text != "-0", let integer = Int64(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else {
            isInfinite = true
            return .null
        }
        return .number(double)
    }

    private func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private mutating func digits() throws {
        let start = index
        while let byte = next, isDigit(byte) { index += 1 }
        guard index > start else { throw Refusal.malformed }
    }
}
