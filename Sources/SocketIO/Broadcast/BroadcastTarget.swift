/// Whom a broadcast reaches: members of any of `rooms` (everyone if there is none named) who are in none of `except`.
/// A socket's id is the name of a room that holds that socket alone.
package struct BroadcastTarget: Sendable, Hashable {
    package var rooms: [String] = []
    package var except: [String] = []

    package init(rooms: [String] = [], except: [String] = []) {
        self.rooms = rooms
        self.except = except
    }
}
