import GatehouseAudit
import GatehouseJSON
import GatehousePolicy
import Testing

@testable import Gatehouse

@Suite("Refusals that are remembered")
struct RefusalRingTests {
    private func refusal(_ id: ULID = ULIDGenerator.shared.next(), claims: JSONValue = [:]) -> Refusal {
        var subject = Subject(anonymousFrom: nil, origin: nil, transport: .websocket)
        subject.claims = claims
        return Refusal(
            AuditRecord(.messageDenied, decision: AuditDecision(id: id, effect: .deny)), subject: subject, action: nil, time: 0)
    }

    @Test("POL-32: the oldest make way when there are too many")
    func number() {
        var ring = RefusalRing(capacity: 3, bytes: 1 << 20)
        let ids = (0..<5).map { _ in ULIDGenerator.shared.next() }
        for id in ids { ring.keep(refusal(id)) }
        #expect(ring.count == 3)
        #expect(ids.map { ring[$0] != nil } == [false, false, true, true, true])
        #expect(ring.bytes == ids.suffix(3).reduce(0) { $0 + (ring[$1]?.bytes ?? 0) })
    }

    @Test("POL-32: or too large, and one that is larger than all of it is not kept")
    func bytes() {
        let large: JSONValue = .array(Array(repeating: ["a": [1, "text"]], count: 1_000))
        let size = refusal(claims: large).bytes
        #expect(size > 200_000)
        var ring = RefusalRing(capacity: 100, bytes: 2 * size + 4_000)
        let ids = (0..<6).map { _ in ULIDGenerator.shared.next() }
        for (at, id) in ids.enumerated() { ring.keep(refusal(id, claims: at < 4 ? large : [:])) }
        #expect(ids.map { ring[$0] != nil } == [false, false, true, true, true, true])
        #expect(ring.bytes <= 2 * size + 4_000)
        var small = RefusalRing(capacity: 100, bytes: size - 1)
        small.keep(refusal(ids[0], claims: large))
        #expect(small.count == 0 && small.bytes == 0)
    }
}
