import EngineIO
import GatehouseTestSupport
import NIOCore
import Testing

@Suite("Heartbeat")
struct HeartbeatTests {
    private func at(_ milliseconds: Int64) -> NIODeadline { .uptimeNanoseconds(1_000_000_000) + .milliseconds(milliseconds) }
    private func beat() -> Heartbeat { Heartbeat(interval: .milliseconds(300), timeout: .milliseconds(200), openedAt: at(0)) }

    @Test("EIO-10, REG-03: one ping an interval after open and after each pong, none before, none twice")
    func pings() {
        var beat = beat()
        #expect(beat.tick(at(299)) == .wait(until: at(300)))
        #expect(beat.tick(at(300)) == .ping(next: at(500)))
        #expect(beat.tick(at(310)) == .wait(until: at(500)))
        #expect(beat.pong(at(400)) == true)
        #expect(beat.tick(at(500)) == .wait(until: at(700)))
        #expect(beat.tick(at(701)) == .ping(next: at(900)))
    }

    @Test("EIO-10: no pong in time is the end; a stray pong changes nothing")
    func timeout() {
        var beat = beat()
        #expect(beat.pong(at(100)) == false)
        #expect(beat.tick(at(300)) == .ping(next: at(500)))
        #expect(!beat.isExpired(at(499)))
        #expect(beat.isExpired(at(500)) && beat.tick(at(500)) == .timeOut)
    }

    /// When the ping leaves, due at 300, and when the pong is late then.
    static let late: [(ping: Int64, pong: Int64)] = [(300, 500), (301, 500), (310, 500), (400, 500), (401, 501), (450, 550), (900, 1_000)]

    @Test("EIO-10: the pong's time runs from when the ping was due; after a stall half of it is left", arguments: late)
    func latePing(_ one: (ping: Int64, pong: Int64)) {
        var beat = beat()
        #expect(beat.tick(at(one.ping)) == .ping(next: at(one.pong)))
        #expect(!beat.isExpired(at(one.pong - 1)) && beat.isExpired(at(one.pong)))
    }

    @Test("EIO-11: the clock says so even if no timer ever ran")
    func withoutTimer() {
        let beat = beat()
        #expect(!beat.isExpired(at(499)))
        #expect(beat.isExpired(at(500)))
    }

    @Test("EIO-14: a pending pong can be given time again, and only a pending one")
    func postpone() {
        var beat = beat()
        beat.postpone(to: at(5_000))
        #expect(beat.tick(at(300)) == .ping(next: at(500)))
        beat.postpone(to: at(800))
        beat.postpone(to: at(600))
        #expect(beat.tick(at(799)) == .wait(until: at(800)))
        #expect(beat.tick(at(800)) == .timeOut)
    }

    @Test("EIO-14: an upgrade gives a pending pong back the time it took, once for each ping")
    func suspended() {
        var beat = beat()
        beat.resume(at(200), suspendedSince: at(0))
        #expect(beat.tick(at(300)) == .ping(next: at(500)))
        // It began before the ping: only what the pong had of it counts.
        beat.resume(at(400), suspendedSince: at(100))
        #expect(beat.tick(at(400)) == .wait(until: at(600)))
        beat.resume(at(590), suspendedSince: at(450))
        #expect(beat.tick(at(600)) == .timeOut)
        #expect(beat.pong(at(600)) == true)
        #expect(beat.tick(at(900)) == .ping(next: at(1_100)))
        beat.resume(at(5_000), suspendedSince: at(1_000))
        #expect(beat.tick(at(5_099)) == .wait(until: at(5_100)))
    }

    @Test("EIO-10: random sequences keep the rules", arguments: 0..<20)
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var beat = beat()
        var now: Int64 = 0
        var due: Int64 = 300
        var awaiting = false
        for _ in 0..<500 {
            now += Int64.random(in: 0...120, using: &random)
            if Bool.random(using: &random) {
                #expect(beat.pong(at(now)) == awaiting)
                if awaiting { (awaiting, due) = (false, now + 300) }
            } else {
                switch beat.tick(at(now)) {
                case .wait(let until): #expect(now < due && until == at(due))
                case .ping(let next):
                    #expect(!awaiting && now >= due && next == at(max(due + 200, now + 100)))
                    (awaiting, due) = (true, max(due + 200, now + 100))
                case .timeOut:
                    #expect(awaiting && now >= due)
                    return
                }
            }
        }
    }
}
