import GatehouseJSON

/// The values of a namespace's templates in one session: one literal segment each, or nothing (POL-06).
struct TemplateValues: Sendable {
    private(set) var text: [UInt8] = []
    /// Start and length in `text`; a length of 0 for a value that may not be used.
    private var ranges: [(start: Int32, length: Int32)] = []

    static let none = TemplateValues()

    private init() {}

    init(_ templates: [NamePattern.Template], _ subject: Subject) {
        for template in templates {
            guard let value = Self.text(of: template, subject) else {
                ranges.append((0, 0))
                continue
            }
            ranges.append((Int32(clamping: text.count), Int32(clamping: value.utf8.count)))
            text.append(contentsOf: value.utf8)
        }
    }

    /// The segment that a template stands for; nil where it matches nothing.
    static func text(of template: NamePattern.Template, _ subject: Subject) -> String? {
        let value: String? =
            switch template {
            case .subject: subject.sub
            case .claim(let pointer): subject.claims?.value(at: pointer)?.stringValue
            }
        return value.flatMap { isSafe($0) ? $0 : nil }
    }

    func range(_ template: Int) -> Range<Int>? {
        guard template < ranges.count, ranges[template].length > 0 else { return nil }
        let start = Int(ranges[template].start)
        return start..<(start &+ Int(ranges[template].length))
    }

    /// `^[A-Za-z0-9_.@-]{1,128}$`
    static func isSafe(_ value: String) -> Bool {
        guard (1...128).contains(value.utf8.count) else { return false }
        return value.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
