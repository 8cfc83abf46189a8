import GatehouseJSON
import GatehouseTestSupport
import Testing

@testable import Gatehouse

@Suite("Who is told of those who come and go")
struct PrincipalWatchTests {
    private static let alice = Principal(
        issuer: "corp", iss: "https://corp.example", subject: "alice", roles: [], scopes: [], claims: .null, expires: nil)

    @Test("one listener at a time is told, and none when there is none")
    func listeners() {
        let (watch, recorder) = (PrincipalWatch(), Recorder())
        watch.note(Self.alice)
        watch.listen { recorder.note("first \($0.subject ?? "")") }
        watch.note(Self.alice)
        watch.listen { recorder.note("second \($0.subject ?? "")") }
        watch.note(Self.alice)
        watch.listen(nil)
        watch.note(Self.alice)
        #expect(recorder.notes == ["first alice", "second alice"])
    }

    @Test("telling costs the same however often it was done: nothing is wrapped anew, so nothing is allocated")
    func cost() {
        let watch = PrincipalWatch()
        watch.listen { _ in }
        watch.note(Self.alice)
        let count = AllocationCounter.count { for _ in 0..<1_000 { watch.note(Self.alice) } }
        #expect(count == nil || count == 0)
    }
}
