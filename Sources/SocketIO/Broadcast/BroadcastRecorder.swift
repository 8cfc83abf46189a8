package import NIOCore

/// What remembers the events that a server sends to rooms. Called on the thread that sends: it must be quick.
package protocol BroadcastRecorder: AnyObject, Sendable {
    /// - Parameters:
    ///   - place: where the event is among what the nodes of a cluster share; `nil` on one node alone, and for an event that stays on its
    ///     node.
    ///   - age: how long ago it was sent.
    func record(_ broadcast: Broadcast, at place: SharedPosition?, age: TimeAmount)
    /// A message of a room is withdrawn; its id is the application's.
    func redact(_ messageID: String, in room: String, of namespace: NamespaceDefinition)
}
