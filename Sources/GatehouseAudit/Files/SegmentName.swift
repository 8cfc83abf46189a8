/// `audit-<first seq>.jsonl`, the number padded to twelve digits so that a listing is in order.
package struct SegmentName: Sendable, Hashable, Comparable {
    package let firstSeq: UInt64

    package init(firstSeq: UInt64) { self.firstSeq = firstSeq }

    package init?(_ name: some StringProtocol) {
        guard name.hasPrefix("audit-"), name.hasSuffix(".jsonl") else { return nil }
        let digits = name.dropFirst(6).dropLast(6)
        guard digits.count >= 12, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let seq = UInt64(digits), seq > 0 else {
            return nil
        }
        firstSeq = seq
        guard text == name else { return nil }
    }

    package var text: String {
        let digits = String(firstSeq)
        return "audit-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".jsonl"
    }

    package static func < (left: SegmentName, right: SegmentName) -> Bool { left.firstSeq < right.firstSeq }
}
