import EngineIO
import Testing

@Suite("Polling requests")
struct PollingStateMachineTests {
    @Test("EIO-03: a GET parks only when there is nothing to deliver")
    func parks() {
        var machine = PollingStateMachine()
        #expect(machine.get(hasPackets: true, releasesPolls: false) == .deliver)
        #expect(machine.get(hasPackets: true, releasesPolls: true) == .deliver)
        #expect(machine.get(hasPackets: false, releasesPolls: true) == .release)
        #expect(machine.get(hasPackets: false, releasesPolls: true) == .release)
        #expect(machine.get(hasPackets: false, releasesPolls: false) == .park)
    }

    @Test("EIO-07: a second GET or POST beside one that is open overlaps")
    func overlaps() {
        var machine = PollingStateMachine()
        #expect(machine.get(hasPackets: false, releasesPolls: false) == .park)
        #expect(machine.post() == true)
        #expect(machine.get(hasPackets: true, releasesPolls: true) == .overlap)
        #expect(machine.post() == false)
        machine.getEnded()
        machine.postEnded()
        #expect(machine.get(hasPackets: false, releasesPolls: false) == .park)
        #expect(machine.post() == true)
    }
}
