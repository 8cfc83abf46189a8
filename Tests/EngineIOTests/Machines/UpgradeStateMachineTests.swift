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

    /// The upgrade told by what the attached WebSocket has said so far; nil while none is attached.
    struct Model {
        var said: [String]?
        var isUpgraded = false

        mutating func attach() -> Bool {
            guard !isUpgraded, said == nil else { return false }
            said = []
            return true
        }

        mutating func received(_ packet: String) -> UpgradeStateMachine.ProbeAction {
            let all = (said ?? ["nothing is attached"]) + [packet]
            said = all
            if !isUpgraded, all == ["2probe"] { return .answer }
            if !isUpgraded, all == ["2probe", "5"] {
                isUpgraded = true
                said = nil
                return .complete
            }
            said = nil
            return .abandon
        }
    }

    @Test("EIO-12, EIO-13, EIO-14: in any order of events it goes as the model says, and most ways lead to the upgrade", arguments: 0..<50)
    func random(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var (machine, model) = (UpgradeStateMachine(), Model())
        for step in 0..<400 {
            switch Int.random(in: 0...5, using: &random) {
            case 0, 1: try #require(machine.attach(until: limit) == model.attach(), "step \(step)")
            case 2:
                machine.failed()
                model.said = nil
            default:
                let packet = random.pick(["2probe", "2probe", "5", "5", "4x"])
                try #require(machine.received(Array(packet.utf8)) == model.received(packet), "step \(step), \(packet)")
            }
            try #require((machine.state == .upgraded) == model.isUpgraded, "step \(step)")
            try #require((machine.deadline == limit) == (model.said != nil), "step \(step)")
            try #require(machine.releasesPolls == (model.said == ["2probe"]), "step \(step)")
        }
        try #require(model.isUpgraded, "four hundred events without an upgrade try too little")
    }
}
