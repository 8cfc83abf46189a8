import EngineIO
import GatehousePolicy
import NIOCore
import SocketIO
import Testing

@testable import Gatehouse

@Suite("Defaults")
struct DefaultsTests {
    @Test("API-07: what is not configured is as Socket.IO has it, and stricter where that is the point")
    func defaults() throws {
        let configuration = Configuration(transport: .insecure)
        let bundle = try PolicyBundle.load(files: TestPolicies().allowing().files)
        let engine = configuration.engine(bundle)
        let limits = configuration.socketIOLimits
        #expect(configuration.path == "/socket.io/" && engine.path == "/socket.io/")
        #expect(engine.transports == [.polling, .websocket] && engine.allowUpgrades)
        #expect(engine.pingInterval == .seconds(25) && engine.pingTimeout == .seconds(20) && engine.upgradeTimeout == .seconds(10))
        #expect(limits.connectTimeout == .seconds(5))
        #expect(engine.maxPayload == 65_536)
        #expect(engine.cors == nil)
    }
}
