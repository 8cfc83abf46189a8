import GatehouseJSON
import NIOCore
import Testing

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

@Suite("DTOs by schema")
struct SchemaTests {
    @Test("A payload that keeps all rules becomes the DTO, in any order of members")
    func decodes() throws {
        let expected = SendMessage(room: "general", text: "Hi é\n", priority: 3)
        #expect(try decode(SendMessage.self, #"{"room":"general","text":"Hi é\n","priority":3}"#) == expected)
        #expect(try decode(SendMessage.self, #"{"priority":3,"text":"Hi \u00e9\n","\u0072oom":"gen\u0065ral"}"#) == expected)
    }

    @Test("VAL-10: all violations are collected, in field and then registration order, unknown keys last")
    func collects() {
        #expect(
            faults(
                SendMessage.self,
                #"{"zz":1,"priority":9,"text":"","room":"Not a slug but far too long to be the name of a room, really it is"}"#)
                == ["room isLength", "room isSlug", "text isLength", "priority max", "zz whitelistValidation"]
        )
        #expect(faults(SendMessage.self, "{}") == ["room isDefined", "text isDefined"])
        #expect(faults(SendMessage.self, "[]") == ["$ isObject"])
        #expect(faults(SendMessage.self, "null") == ["$ isObject"])
    }

    struct Impatient: Payload {
        var a: Int
        var b: Int
        static let schema = Schema(Field("a", \.a), Field("b", \.b), stopAtFirst: true, make: Impatient.init)
    }

    @Test("VAL-10: stopAtFirst reports one violation")
    func stopsAtFirst() { #expect(faults(Impatient.self, #"{"c":1}"#) == ["a isDefined"]) }

    struct Wide: Payload {
        var rows: [Item]
        static let schema = Schema(Field("rows", \.rows, .count(...100)), make: Wide.init)
    }

    @Test("VAL-10: at most 64 violations are reported")
    func caps() {
        let rows = repeatElement("{}", count: 100).joined(separator: ",")
        let found = faults(Wide.self, "{\"rows\":[\(rows)]}")
        #expect(found.count == 64)
        #expect(found.last == "rows.31.color isDefined")
    }

    @Test(
        "VAL-11, VAL-07: unknown keys are violations, whatever they are called",
        arguments: ["x", "__proto__", "constructor", "prototype", "Room", "room "])
    func unknown(key: String) {
        #expect(faults(SendMessage.self, "{\"room\":\"a\",\"text\":\"b\",\"\(key)\":1}") == ["\(key) whitelistValidation"])
    }

    @Test("VAL-31: an unknown key without a name has a path all the same")
    func unknownEmpty() {
        #expect(
            violations(SendMessage.self, #"{"room":"a","text":"b","":1}"#)
                == [Violation(path: "\"\"", constraint: "whitelistValidation", message: "\"\" is not allowed")])
    }

    @Test("VAL-31: unknown keys are escaped, cut at 64 bytes, and counted after the eighth")
    func hostileKeys() {
        let long = String(repeating: "é", count: 60)
        let shown = violations(SendMessage.self, "{\"room\":\"a\",\"text\":\"b\",\"\(long)\":1,\"a\\u0000\\u202eb\":1}")
        #expect(shown.map(\.path) == [String(repeating: "é", count: 30) + "…", "a\\u{0}\\u{202e}b"])
        #expect(shown.allSatisfy { $0.path.utf8.count <= 64 })
        let many = (0..<20).map { ",\"k\($0)\":1" }.joined()
        let counted = violations(SendMessage.self, "{\"room\":\"a\",\"text\":\"b\"\(many)}")
        #expect(counted.count == 9)
        #expect(counted.last?.message == "$ has 12 more keys that are not allowed")
        #expect(counted.last?.limit == 12)
    }

    @Test(
        "VAL-13: optional fields take absent and null, patches tell them apart, defaults stand in for absent only",
        arguments: [
            ("", Patch<String>.keep, 1, []), (#","note":null"#, .remove, 1, []), (#","note":"x","count":7"#, .set("x"), 7, []),
            (#","count":null"#, .keep, 0, ["count isInt"]), (#","extra":null"#, .keep, 1, []),
            (#","note":"0123456789x""#, .keep, 0, ["note maxLength"]),
        ] as [(String, Patch<String>, Int, [String])]
    )
    func presence(more: String, note: Patch<String>, count: Int, refused: [String]) throws {
        let text = #"{"items":[{"name":"a","color":"red"}],"tags":[],"prices":{}"# + more + "}"
        #expect(faults(Order.self, text) == refused)
        guard refused.isEmpty else { return }
        let order = try decode(Order.self, text)
        #expect(order.note == note)
        #expect(order.count == count)
        #expect(order.extra == Optional<JSONValue>.none)
    }

    @Test(
        "VAL-14, VAL-20: nested DTOs, arrays, maps and enumerations are checked with child paths",
        arguments: [
            (#"{"items":[],"tags":[],"prices":{}}"#, ["items arrayMinSize"]),
            (
                #"{"items":[1,{"name":"","color":"blue"}],"tags":[],"prices":{}}"#,
                ["items.0 isObject", "items.1.name isLength", "items.1.color isEnum"]
            ),
            (#"{"items":[{},{},{},{}],"tags":[],"prices":{}}"#, ["items arrayMaxSize"]),
            (#"{"items":{},"tags":"a","prices":[]}"#, ["items isArray", "tags isArray", "prices isObject"]),
            (#"{"items":[{"name":"a","color":"red"}],"tags":["a","B","a"],"prices":{}}"#, ["tags.1 isSlug"]),
            (
                #"{"items":[{"name":"a","color":"red"}],"tags":["a","b","a","secret"],"prices":{}}"#,
                ["tags.2 arrayUnique", "tags.3 arrayNotContains"]
            ),
            (
                #"{"items":[{"name":"a","color":"red"}],"tags":[],"prices":{"a":-1,"way too long":1,"c":"1"}}"#,
                ["prices.a isPositive", "prices.way too long isLength", "prices.c isNumber"]
            ),
            (#"{"items":[{"name":"a","color":"red","x":1}],"tags":[],"prices":{}}"#, ["items.0.x whitelistValidation"]),
        ]
    )
    func nested(text: String, expected: [String]) { #expect(faults(Order.self, text) == expected) }

    @Test("VAL-20, VAL-21: a message is the path and the predicate, and its limit is the schema's")
    func messages() {
        let found = violations(Order.self, #"{"items":[{"name":"","color":"red"}],"tags":[],"prices":{}}"#)
        #expect(
            found == [
                Violation(path: "items.0.name", constraint: "isLength", message: "items.0.name must have 1 to 64 characters", limit: 1)
            ])
        let long = violations(SendMessage.self, "{\"room\":\"a\",\"text\":\"\(String(repeating: "x", count: 2001))\"}")
        #expect(long.first?.limit == 2000)
    }

    struct Span: Payload, Equatable {
        var start: Int
        var end: Int
        static let schema = Schema(
            Field("start", \.start), Field("end", \.end),
            rules: [CrossFieldRule("isAfterStart", at: "end", "must be after start") { $0.start < $0.end }],
            make: Span.init
        )
    }

    @Test("VAL-15: rules over several fields run only when every field holds")
    func crossField() {
        #expect(faults(Span.self, #"{"start":1,"end":2}"#) == [])
        #expect(faults(Span.self, #"{"start":2,"end":2}"#) == ["end isAfterStart"])
        #expect(faults(Span.self, #"{"start":2,"end":"2"}"#) == ["end isInt"])
    }

    struct Tree: Payload, Equatable {
        var value: Int
        var children: [Tree]
        static let schema = Schema(Field("value", \.value), Field("children", \.children, .count(...10), default: []), make: Tree.init)
    }

    @Test("A DTO may contain itself; its registration ends")
    func recursive() throws {
        let tree = try decode(Tree.self, #"{"value":1,"children":[{"value":2},{"value":3,"children":[{"value":4}]}]}"#)
        #expect(tree.children[1].children[0].value == 4)
        #expect(
            faults(Tree.self, #"{"value":1,"children":[{"value":2},{"children":[{}]}]}"#) == [
                "children.1.value isDefined", "children.1.children.0.value isDefined",
            ])
        #expect(Tree.schema.problems() == [])
    }

    struct TextBody: Payload, Equatable {
        var text: String
        static let schema = Schema(Field("text", \.text, .notEmpty), make: TextBody.init)
    }

    enum Content: TaggedUnion, Equatable {
        case text(TextBody), item(Item)
        static let discriminator = "type"
        static let cases = [
            UnionCase("text", make: Content.text) { if case .text(let body) = $0 { body } else { nil } },
            UnionCase("item", make: Content.item) { if case .item(let body) = $0 { body } else { nil } },
        ]
    }

    @Test(
        "VAL-14: a tagged union takes the form that its discriminator names",
        arguments: [
            (#"{"type":"text","text":"x"}"#, []), (#"{"name":"a","color":"red","type":"item"}"#, []),
            (#"{"type":"text","text":""}"#, ["isNotEmpty"]),
            (#"{"type":"other"}"#, ["isEnum"]), (#"{"text":"x"}"#, ["isDefined"]), (#"{"type":1}"#, ["isEnum"]), ("[]", ["isObject"]),
            (#"{"type":"text","text":"x","name":"a"}"#, ["whitelistValidation"]), (#"{"type":"text"}"#, ["isDefined"]),
        ]
    )
    func unions(text: String, keys: [String]) { #expect(check(Content.self, [], text).keys == keys) }

    struct Empty: Payload, Equatable {
        static let schema = Schema<Empty>(make: Empty.init)
    }

    @Test("A DTO without fields takes the empty object only")
    func empty() {
        #expect(faults(Empty.self, "{}") == [])
        #expect(faults(Empty.self, #"{"a":1}"#) == ["a whitelistValidation"])
    }

    @Test("Conditions look at the fields beside: a rule may depend on a sibling")
    func conditions() {
        struct Report: Payload {
            var kind: String
            var reason: String?
            static let schema = Schema(
                Field("kind", \.kind, .oneOf("spam", "other")),
                Field("reason", \.reason, .minLength(5).when { $0["kind"] == "other" }),
                make: Report.init
            )
        }
        #expect(faults(Report.self, #"{"kind":"spam","reason":"x"}"#) == [])
        #expect(faults(Report.self, #"{"reason":"x","kind":"other"}"#) == ["reason minLength"])
        #expect(faults(Report.self, #"{"kind":"bad"}"#) == ["kind isIn"])
    }

    @Test("VAL-22: a message may be given, with path and limit filled in and nothing else")
    func overrides() {
        struct Named: Payload {
            var name: String
            static let schema = Schema(Field("name", \.name, .length(2...4).message("{path}: {limit} please")), make: Named.init)
        }
        #expect(violations(Named.self, #"{"name":"x"}"#).first?.message == "name: 2 to 4 please")
    }

    @Test("VAL-14, VAL-16: schemas that make no sense are found at registration, with file and line")
    func registration() {
        struct Bad: Payload {
            var list: [Int]
            var map: [String: Int]
            var text: String
            var twin: String
            var part: Int
            static let schema = Schema(
                Field("list", \.list, .each(.multiple(of: 0))), Field("map", \.map, .count(...3)),
                Field("text", \.text, .matches(Pattern("broken", "(a")), .length(1...3).message("{nope}")), Field("text", \.twin),
                Field("", \.part, .oneOf()),
                make: Bad.init
            )
        }
        let problems = Bad.schema.problems()
        #expect(problems.map(\.field) == ["list", "list", "map", "text", "text", "text", "", ""])
        #expect(problems.allSatisfy { $0.file.hasSuffix("SchemaTests.swift") && $0.line > 0 })
        #expect(problems.contains { $0.text.contains("an array needs an upper bound") })
        #expect(problems.contains { $0.text.contains("the keys of a map need an upper bound") })
        #expect(problems.contains { $0.text.contains("two fields have this name") })
        #expect(problems.contains { $0.text.contains("{path} and {limit}") || $0.text.contains("unmatched (") })
        #expect(Order.schema.problems() == [])
        #expect(SendMessage.schema.problems() == [])
    }

    @Test("VAL-14: a condition goes for a count too, whose bound must then stand elsewhere; it cannot go for steps or items")
    func countConditions() {
        struct Order: Payload {
            var kind: String
            var lines: [Int]
            static let schema = Schema(
                Field("kind", \.kind, .maxLength(9)),
                Field("lines", \.lines, .count(...9), .count(2...3).when { $0["kind"] == "set" }, .notEmpty.when { $0["kind"] == "full" }),
                make: Order.init)
        }
        #expect(Order.schema.problems() == [])
        for (kind, lines, fault) in [
            ("set", "[1]", ["lines arrayMinSize"]), ("set", "[1,2,3,4]", ["lines arrayMaxSize"]), ("set", "[1,2]", []), ("one", "[1]", []),
            ("one", "[]", []), ("full", "[]", ["lines arrayNotEmpty"]),
        ] {
            #expect(faults(Order.self, "{\"kind\":\"\(kind)\",\"lines\":\(lines)}") == fault, "\(kind) \(lines)")
        }
    }

    @Test("VAL-15, VAL-16: conditions and rules that would never be asked are found at registration")
    func neverAsked() {
        struct Inner: Payload {
            var id: Int
            static let schema = Schema(
                Field("id", \.id), asyncRules: [AsyncRule("isKnown", "must be known") { _ in true }], make: Inner.init)
        }
        struct Outer: Payload {
            var text: String
            var list: [Int]
            var bound: [Int]
            var inner: Inner
            static let schema = Schema(
                Field("text", \.text, .maxLength(9), .trim.when { _ in true }),
                Field("list", \.list, .count(...9), .each(.positive).when { _ in true }),
                Field("bound", \.bound, .count(...9).when { _ in true }),
                Field("inner", \.inner), make: Outer.init)
        }
        #expect(Inner.schema.problems() == [])
        let problems = Outer.schema.problems()
        #expect(problems.map(\.field) == ["text", "list", "bound", "Inner"])
        #expect(problems.allSatisfy { $0.file.hasSuffix("SchemaTests.swift") && $0.line > 0 })
    }

    struct Rows: Payload {
        var rows: [Item]
        static let schema = Schema(Field("rows", \.rows, .count(...10_000)), make: Rows.init)
    }

    /// The processor time of this thread: other tests that run beside do not count.
    private func processorTime() -> Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test("VAL-18: decoding time is linear: eight times the input takes far less than the square of it")
    func linear() throws {
        func time(_ count: Int) throws -> Duration {
            let text = "{\"rows\":[" + repeatElement(#"{"name":"n","color":"red"}"#, count: count).joined(separator: ",") + "]}"
            var document = JSONDocument()
            let buffer = ByteBuffer(string: text)
            var best = Duration.seconds(3_600)
            for _ in 0..<5 {
                let start = processorTime()
                try document.scan(buffer, limits: .maximum)
                #expect(try Rows.schema.decode(document, at: document.root).rows.count == count)
                best = min(best, processorTime() - start)
            }
            return best
        }
        let small = try time(500)
        #expect(try time(4_000) < small * 32)
    }
}
