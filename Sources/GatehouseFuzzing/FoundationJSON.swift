import Foundation
import GatehouseJSON

/// Foundation's reading of a text that we took: the same value wherever it takes the text too.
enum FoundationJSON {
    static func compare(_ input: [UInt8], _ value: JSONValue) throws {
        // It drops a byte order mark at the start of any string.
        guard !String(decoding: input, as: UTF8.self).unicodeScalars.contains("\u{FEFF}") else { return }
        guard let theirs = try? JSONSerialization.jsonObject(with: Data(input), options: .fragmentsAllowed) else { return }
        try require(isSame(value, theirs), "Foundation reads another value")
    }

    private static func isSame(_ value: JSONValue, _ other: Any) -> Bool {
        switch value {
        case .null: return other is NSNull
        case .bool(let flag): return other as? Bool == flag
        case .integer(let number): return (other as? NSNumber)?.int64Value == number
        case .number(let number):
            // A number of many digits is a Decimal there, which is cut at 38 digits and at 1e-127.
            guard let their = (other as? NSNumber)?.doubleValue else { return false }
            return !(1e-60...1e60).contains(abs(number)) || abs(their - number) <= abs(number) * 0x1p-50
        case .string(let text): return (other as? String)?.utf8.elementsEqual(text.utf8) == true
        case .array(let items):
            guard let others = other as? [Any], others.count == items.count else { return false }
            return zip(items, others).allSatisfy { isSame($0, $1) }
        case .object(let object):
            guard let others = other as? [String: Any] else { return false }
            // Keys that are canonically equivalent are one key there.
            guard others.count == object.count else { return Set(object.keys).count < object.count }
            return object.members.allSatisfy { member in others[member.key].map { isSame(member.value, $0) } ?? false }
        }
    }
}
