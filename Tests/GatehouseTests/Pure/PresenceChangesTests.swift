import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Changes of presence")
struct PresenceChangesTests {
    private let definition = NamespaceDefinition("/", index: 0)

    private func time(_ milliseconds: UInt64) -> NIODeadline { .uptimeNanoseconds(milliseconds * 1_000_000) }

    @Test("Who comes and leaves at once is not told of, and nothing is left of it")
    func glimpse() {
        var changes = PresenceChanges()
        #expect(changes.joined(.test(), "tea", of: definition, at: time(0)) == time(1_000))
        #expect(changes.left(.test(), "tea", of: definition, at: time(500)) == time(1_000))
        let (early, next) = changes.take(at: time(1_000))
        #expect(early.isEmpty && next == time(5_500))
        #expect(changes.take(at: time(5_500)).reports.isEmpty && changes.isEmpty)
    }

    @Test("A leave that nobody has seen begin changes nothing")
    func unknown() {
        var changes = PresenceChanges()
        #expect(changes.left(.test(), "tea", of: definition, at: time(0)) == nil && changes.isEmpty)
    }

    @Test("A report names at most so many; the rest come a moment later")
    func many() {
        var changes = PresenceChanges()
        for number in 0..<450 { _ = changes.joined(.test("u\(number)"), "tea", of: definition, at: time(0)) }
        var (seen, now): (Set<UserID>, UInt64) = ([], 1_000)
        for _ in 0..<3 {
            let (reports, _) = changes.take(at: time(now))
            for report in reports {
                #expect(report.joined.count <= PresenceChanges.reportLimit)
                seen.formUnion(report.joined)
            }
            now += 1_000
        }
        #expect(seen.count == 450)
        #expect(changes.take(at: time(now)).next == nil)
    }
}
