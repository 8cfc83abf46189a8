/// Writes the members of one JSON object, text escaped and cut; `trunc` comes last when anything was cut.
struct MemberWriter {
    private var bytes: [UInt8] = []
    private var isTruncated = false

    mutating func text(_ key: String, _ value: String?, limit: Int = AuditText.limit) {
        guard let value else { return }
        name(key)
        isTruncated = !AuditText.append(value, to: &bytes, limit: limit) || isTruncated
    }

    mutating func texts(_ key: String, _ values: [String], limit: Int, each: Int) {
        name(key)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.prefix(limit).enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            isTruncated = !AuditText.append(value, to: &bytes, limit: each) || isTruncated
        }
        if values.count > limit { isTruncated = true }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func number(_ key: String, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        name(key)
        bytes.append(decimal: value)
    }

    mutating func object(_ key: String, _ members: [UInt8]) {
        name(key)
        bytes.append(UInt8(ascii: "{"))
        bytes.append(contentsOf: members)
        bytes.append(UInt8(ascii: "}"))
    }

    func finished() -> [UInt8] {
        guard isTruncated else { return bytes }
        var bytes = bytes
        bytes.append(literal: bytes.isEmpty ? "\"trunc\":true" : ",\"trunc\":true")
        return bytes
    }

    private mutating func name(_ key: String) {
        if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
        AuditText.append(key, to: &bytes, limit: 64)
        bytes.append(UInt8(ascii: ":"))
    }
}
