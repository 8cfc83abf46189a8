import Gatehouse
import SocketIO

/// A node whose sessions an act concerns: that of the session which asks, and in a cluster each other one.
struct ActNode: Sendable {
    let runtime: ServerRuntime

    var directory: SessionDirectory { runtime.directory }

    func namespace(_ name: String?) throws -> Namespace? {
        guard let name else { return nil }
        guard let namespace = Namespace(name) else { throw GatewayError(.invalid, "ns is not a namespace") }
        return namespace
    }

    /// A namespace that a gateway of this program serves.
    func served(_ name: String) throws -> Namespace {
        guard let namespace = Namespace(name) else { throw GatewayError(.invalid, "ns is not a namespace") }
        guard runtime.sockets.definition(namespace) != nil else { throw GatewayError(.notFound, "No gateway serves this namespace") }
        return namespace
    }

    func room(_ name: String, _ ns: String) throws -> RoomRestriction.Place {
        guard let room = RoomName(name) else { throw GatewayError(.invalid, "room is not the name of a room") }
        return RoomRestriction.Place(namespace: try served(ns), room: room.description)
    }
}
