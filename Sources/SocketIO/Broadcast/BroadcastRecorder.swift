/// What remembers the events that a server sends to rooms. Called on the thread that sends: it must be quick.
package protocol BroadcastRecorder: AnyObject, Sendable {
    func record(_ broadcast: Broadcast)
    /// A message of a room is withdrawn; its id is the application's.
    func redact(_ messageID: String, in room: String, of namespace: NamespaceDefinition)
}
