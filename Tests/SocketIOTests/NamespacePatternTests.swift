import Testing

@testable import SocketIO

@Suite("Namespace patterns")
struct NamespacePatternTests {
    @Test(
        "a pattern is a namespace with * for whole segments, the first of which is given",
        arguments: [
            "*", "/*", "/*/a", "/tenant/**", "/tenant/a*", "/tenant/*/", "/tenant//*", "tenant/*", "/ten ant/*", "", "/tenant/*,",
            "/" + String(repeating: "n", count: 126) + "/*",
        ])
    func refused(_ text: String) { #expect(NamespacePattern(text) == nil) }

    @Test(
        "a star is any one segment, everything else is compared byte by byte",
        arguments: [
            ("/tenant/*", "/tenant/acme", true), ("/tenant/*", "/tenant", false), ("/tenant/*", "/tenant/a/b", false),
            ("/tenant/*", "/Tenant/acme", false), ("/tenant/*", "/tenantx/acme", false), ("/tenant/*", "/", false),
            ("/a/*/c", "/a/b/c", true), ("/a/*/c", "/a/b/d", false), ("/a/*/*", "/a/b/c", true), ("/", "/", true), ("/", "/a", false),
            ("/chat", "/chat", true), ("/chat", "/chat2", false),
        ])
    func contains(_ text: String, _ name: String, _ isMember: Bool) throws {
        let pattern = try #require(NamespacePattern(text))
        #expect(pattern.contains(try #require(Namespace(name))) == isMember)
        #expect((pattern.namespace == nil) == text.contains("*"))
    }

    @Test(
        "two patterns overlap if one namespace could be of both",
        arguments: [
            ("/a/*", "/a/*", true), ("/a/*", "/b/*", false), ("/a/*/c", "/a/b/*", true), ("/a/*/c", "/a/b/d", false),
            ("/a/*", "/a/*/*", false),
            ("/a/*", "/a/b", true),
        ])
    func overlaps(_ left: String, _ right: String, _ overlap: Bool) throws {
        let (left, right) = (try #require(NamespacePattern(left)), try #require(NamespacePattern(right)))
        #expect(left.overlaps(right) == overlap)
        #expect(right.overlaps(left) == overlap)
    }

    @Test("the segment that a pattern leaves open is read from the namespace")
    func segments() { #expect(("/tenant/acme" as Namespace).segments == ["tenant", "acme"]) }
}
