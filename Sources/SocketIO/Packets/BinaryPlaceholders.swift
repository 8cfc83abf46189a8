package import GatehouseJSON

/// SIO-08: `{"_placeholder":true,"num":n}` stands for the n-th attachment. Each `num` is an integer in range, used once, and every
/// attachment has its placeholder (AC-10).
package enum BinaryPlaceholders {
    package static func check(_ document: JSONDocument, count: Int) throws(EventFault) {
        var seen: UInt64 = 0
        var found = 0
        for node in document.objects where document.isPlaceholder(node) {
            guard let num = document.placeholderNumber(of: node) else { throw .placeholder("a placeholder's num is an integer") }
            guard num >= 0, num < count, num < 64, seen & (1 << UInt64(num)) == 0 else {
                throw .placeholder("a placeholder's num is a number below the attachment count, used once")
            }
            seen |= 1 << UInt64(num)
            found += 1
        }
        guard found == count else { throw .placeholder("every attachment has one placeholder") }
    }
}
