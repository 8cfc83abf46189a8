import GatehouseJSON
import Testing

@Suite("Patterns in linear time")
struct PatternTests {
    @Test(
        "VAL-24: a pattern matches whole texts",
        arguments: [
            ("", [""], ["a"]), ("abc", ["abc"], ["ab", "abcd", "xabc"]), ("a|bc|", ["a", "bc", ""], ["b", "abc"]),
            ("(a|b)*c", ["c", "abbac"], ["ab", "abcx"]), ("a?b+", ["b", "abb"], ["a", "aab"]),
            ("[a-c]{2}", ["ab", "cc"], ["a", "abc", "ad"]),
            ("a{2,}", ["aa", "aaaa"], ["a", ""]), ("(ab){1,3}", ["ab", "ababab"], ["", "abababab", "aba"]),
            ("a{0,2}", ["", "a", "aa"], ["aaa"]),
            (#"\d+\.\w\s"#, ["12._ "], ["12a_ ", "1.a"]), ("[^a-z]+", ["AZ9é😀"], ["Aa", ""]),
            (".", ["a", "é", "😀", "\n"], ["", "ab", "éé"]),
            ("é+", ["é", "éé"], ["", "\u{C3}"]), (#"[\]\-a]+"#, ["]-a"], ["b"]), ("[]a]+", ["]a"], ["b"]), (#"\(\*\)"#, ["(*)"], ["()"]),
            ("(a*)*b", ["b", "aab"], ["a"]),
        ]
    )
    func matches(pattern: String, holds: [String], breaks: [String]) {
        let compiled = Pattern("p", pattern)
        for text in holds { #expect(compiled.matches(text), "\(text)") }
        for text in breaks { #expect(!compiled.matches(text), "\(text)") }
    }

    @Test(
        "VAL-16, VAL-24: a pattern that makes no sense or is too big is a problem of the schema and matches nothing",
        arguments: [
            "(", ")", "a)", "[", "[a", "a**{", "*", "a{2", "a{3,1}", "a{9999}", #"\q"#, "^a$", "[z-a]", "[é]", "(a|b)*a(a|b){14}",
            "((a{100}){100}){100}",
        ]
    )
    func problems(pattern: String) {
        struct Holder: Payload {
            var value: String
            static let schema = Schema(Field("value", \.value), make: Holder.init)
        }
        let schema = Schema<Holder>(Field("value", \.value, .matches(Pattern("p", pattern))), make: Holder.init)
        #expect(schema.problems().count == 1)
        #expect(!Pattern("p", pattern).matches("a"))
    }

    @Test("VAL-24: what makes backtracking engines slow takes one pass")
    func linear() {
        let text = String(repeating: "a", count: 1 << 16)
        for pattern in ["(a*)*b", "(a|a)*b", "(a|aa)+b", "(.*.*.*)*x"] {
            let compiled = Pattern("p", pattern)
            let time = ContinuousClock().measure { #expect(!compiled.matches(text)) }
            #expect(time < .seconds(2))
        }
    }
}
