/// The strict scanner of RFC 8259: one pass, no recursion, nothing kept but the tape.
///
/// Malformed texts and texts over a limit are refused where the fault is met. Duplicate keys and lone surrogates (VAL-03) are remembered and
/// reported at the end, so that a text that is both ambiguous and malformed is called malformed: the graver answer does not depend on order.
struct JSONScanner {
    enum Expected {
        case value, valueOrEnd, keyOrEnd, key, commaOrEnd, nothing
    }

    let limits: JSONLimits
    var nodes: [JSONNode]
    var duplicates: DuplicateKeys
    var position = 0
    var ambiguity: JSONError?
    private var container = -1
    private var depth = 0
    private var expected = Expected.value

    init(limits: JSONLimits, nodes: consuming [JSONNode], duplicates: consuming DuplicateKeys) {
        self.limits = limits
        self.nodes = nodes
        self.duplicates = duplicates
    }

    mutating func scan(_ bytes: RawSpan) throws(JSONError) {
        guard bytes.byteCount <= Int(Int32.max) else {
            throw JSONError(.inputLength, "the text has more than 2 GiB", at: 0)
        }
        if !nodes.isEmpty { nodes.removeAll(keepingCapacity: true) }
        while true {
            skipSpace(bytes)
            guard position < bytes.byteCount else { break }
            let byte = bytes.byte(position)
            switch expected {
            case .commaOrEnd: try separator(byte, bytes)
            case .key, .keyOrEnd: try key(byte, bytes)
            case .value, .valueOrEnd: try value(byte, bytes)
            case .nothing: throw JSONError(.syntax, "text follows the value", at: position)
            }
        }
        guard expected == .nothing else { throw JSONError(.syntax, "the text ends too early", at: position) }
        if let ambiguity { throw ambiguity }
    }

    @inline(__always) private mutating func skipSpace(_ bytes: RawSpan) {
        while position < bytes.byteCount {
            let byte = bytes.byte(position)
            guard byte <= ASCII.space else { return }
            guard byte == ASCII.space || byte == ASCII.lineFeed || byte == ASCII.carriageReturn || byte == ASCII.tab else { return }
            position &+= 1
        }
    }

    @inline(__always) private mutating func value(_ byte: UInt8, _ bytes: RawSpan) throws(JSONError) {
        switch byte {
        case ASCII.quote:
            try append(string(bytes))
            valueEnded()
        case ASCII.minus, ASCII.zero...ASCII.nine:
            try append(number(bytes))
            valueEnded()
        case ASCII.openBrace: try open(.object, then: .keyOrEnd)
        case ASCII.openBracket: try open(.array, then: .valueOrEnd)
        case UInt8(ascii: "t"): try literal("true", .true, bytes)
        case UInt8(ascii: "f"): try literal("false", .false, bytes)
        case UInt8(ascii: "n"): try literal("null", .null, bytes)
        case ASCII.closeBracket where expected == .valueOrEnd: close(bytes)
        default: throw JSONError(.syntax, "a value was expected", at: position)
        }
    }

    @inline(__always) private mutating func key(_ byte: UInt8, _ bytes: RawSpan) throws(JSONError) {
        if byte == ASCII.closeBrace && expected == .keyOrEnd {
            close(bytes)
            return
        }
        guard byte == ASCII.quote else { throw JSONError(.syntax, "a key was expected", at: position) }
        var node = try string(bytes)
        node.isKey = true
        try append(node)
        skipSpace(bytes)
        guard position < bytes.byteCount, bytes.byte(position) == ASCII.colon else {
            throw JSONError(.syntax, "a colon was expected", at: position)
        }
        position &+= 1
        expected = .value
    }

    @inline(__always) private mutating func separator(_ byte: UInt8, _ bytes: RawSpan) throws(JSONError) {
        let isObject = nodes[container].kind == .object
        if byte == ASCII.comma {
            position &+= 1
            expected = isObject ? .key : .value
        } else if byte == (isObject ? ASCII.closeBrace : ASCII.closeBracket) {
            close(bytes)
        } else {
            throw JSONError(.syntax, "a comma or the end of the container was expected", at: position)
        }
    }

    @inline(__always) private mutating func append(_ node: JSONNode) throws(JSONError) {
        guard nodes.count < limits.nodes else {
            throw JSONError(.nodes, "the text has more than \(limits.nodes) values and keys", at: Int(node.start))
        }
        nodes.append(node)
    }

    private mutating func open(_ kind: JSONNode.Kind, then next: Expected) throws(JSONError) {
        guard depth < limits.depth else {
            throw JSONError(.depth, "the text nests deeper than \(limits.depth)", at: position)
        }
        try append(JSONNode(kind, start: position, end: 0, next: container))
        depth &+= 1
        container = nodes.count &- 1
        position &+= 1
        expected = next
    }

    private mutating func close(_ bytes: RawSpan) {
        let outer = Int(Int32(truncatingIfNeeded: nodes[container].next))
        position &+= 1
        nodes[container].end = UInt32(truncatingIfNeeded: position)
        nodes[container].next = UInt32(truncatingIfNeeded: nodes.count)
        if nodes[container].kind == .object && nodes[container].count > 1 && ambiguity == nil {
            ambiguity = duplicates.find(in: container, of: nodes, bytes)
        }
        container = outer
        depth &-= 1
        valueEnded()
    }

    @inline(__always) private mutating func valueEnded() {
        if container >= 0 {
            nodes[container].count &+= 1
            expected = .commaOrEnd
        } else {
            expected = .nothing
        }
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONNode.Kind, _ bytes: RawSpan) throws(JSONError) {
        let length = text.utf8CodeUnitCount
        guard position &+ length <= bytes.byteCount, bytes.holds(text, at: position) else {
            throw JSONError(.syntax, "a value was expected", at: position)
        }
        try append(JSONNode(kind, start: position, end: position &+ length, next: nodes.count &+ 1))
        position &+= length
        valueEnded()
    }
}

extension RawSpan {
    /// Whether the bytes from an offset on, which the caller has checked to be enough, are those of a text.
    @inline(__always) func holds(_ text: StaticString, at offset: Int) -> Bool {
        var i = 0
        while i < text.utf8CodeUnitCount {
            guard unsafe byte(offset &+ i) == text.utf8Start[i] else { return false }
            i &+= 1
        }
        return true
    }
}
