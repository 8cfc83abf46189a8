import EngineIO
import GatehouseTestSupport
import NIOCore
import Testing

@Suite("Upgrade")
struct UpgradeStateMachineTests {
    private let limit = NIODeadline.uptimeNanoseconds(10)

    @Test("EIO-12: probe, then 5")
    func completes() {
        var machine = UpgradeStateMachine()
        #expect(machine.attach(until: limit) == true)
        #expect(!machine.releasesPolls && machine.deadline == limit)
        #expect(machine.received(Array("2probe".utf8)) == .answer)
        #expect(machine.releasesPolls)
        #expect(machine.received(Array("5".utf8)) == .complete)
        #expect(!machine.releasesPolls && machine.deadline == nil)
    }

    @Test("EIO-13: only one WebSocket at a time, and none after the upgrade")
    func once() {
        var machine = UpgradeStateMachine()
        #expect(machine.attach(until: limit) == true)
        #expect(machine.attach(until: limit) == false)
        _ = machine.received(Array("2probe".utf8))
        #expect(machine.attach(until: limit) == false)
        _ = machine.received(Array("5".utf8))
        #expect(machine.attach(until: limit) == false)
        machine.failed()
        #expect(machine.state == .upgraded)
    }

    @Test(
        "EIO-14: anything else abandons the WebSocket, and another may try",
        arguments: [["5"], ["2"], ["4a"], ["2probe", "2probe"], ["2probe", "4a"], [""], ["2probe "]])
    func abandons(packets: [String]) {
        var machine = UpgradeStateMachine()
        #expect(machine.attach(until: limit) == true)
        #expect(packets.map { machine.received(Array($0.utf8)) }.last == .abandon)
        #expect(machine.state == .polling && !machine.releasesPolls)
        #expect(machine.attach(until: limit) == true)
    }

    @Test("EIO-12: random events: complete comes once, and only after an answer", arguments: 0..<50)
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var machine = UpgradeStateMachine()
        var isAnswered = false
        var completions = 0
        for _ in 0..<200 {
            switch Int.random(in: 0...4, using: &random) {
            case 0: if machine.attach(until: limit) { isAnswered = false }
            case 1:
                machine.failed()
                isAnswered = false
            default:
                let packet = ["2probe", "5", "4x"].randomElement(using: &random) ?? ""
                switch machine.received(Array(packet.utf8)) {
                case .answer: isAnswered = true
                case .complete:
                    #expect(isAnswered && packet == "5")
                    completions += 1
                case .abandon: isAnswered = false
                }
            }
        }
        #expect(completions <= 1)
    }
}
