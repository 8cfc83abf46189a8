import EngineIO
import NIOCore
import NIOEmbedded

/// FZ-09: random turns of clients, application and clock on one event loop, with the server's own handlers. No message is lost, doubled or
/// reordered (EIO-15); a session ends once and is not heard of again; nobody makes the server hold more than 64 KiB (SEC-A); and when
/// everybody has gone, nothing is left.
package struct SessionHarness: FuzzHarness {
    package static let name = "session"

    package init() {}

    package mutating func run(_ input: [UInt8]) throws {
        let world = try SimulatedWorld()
        var script = input[...]
        while let turn = SimulatedTurn(&script) {
            try world.play(turn)
            try world.check()
        }
        try world.finish()
    }
}
