package import SocketIO

/// What holds for a room: a lock, and slow mode (MOD-05).
package struct RoomRestriction: Sendable, Equatable {
    package struct Place: Sendable, Hashable {
        package let namespace: Namespace
        package let room: String

        package init(namespace: Namespace, room: String) {
            self.namespace = namespace
            self.room = room
        }
    }

    package enum LockMode: String, Sendable, CaseIterable {
        /// Nobody sends.
        case readOnly = "read_only"
        /// Nobody sends or joins.
        case closed
    }

    package struct Lock: Sendable, Equatable {
        package let mode: LockMode
        /// Milliseconds since 1970; `nil`: until it is lifted.
        package let ends: Int64?

        package init(mode: LockMode, ends: Int64?) {
            self.mode = mode
            self.ends = ends
        }
    }

    package struct SlowMode: Sendable, Equatable {
        /// The time between two messages of one user, in milliseconds.
        package let interval: Int64
        /// Whoever has one of these roles is not slowed.
        package let exemptRoles: [String]
        /// Milliseconds since 1970; `nil`: until it is lifted.
        package let ends: Int64?

        package init(interval: Int64, exemptRoles: [String], ends: Int64?) {
            self.interval = interval
            self.exemptRoles = exemptRoles
            self.ends = ends
        }
    }

    package let place: Place
    package var lock: Lock?
    package var slow: SlowMode?

    package init(place: Place, lock: Lock? = nil, slow: SlowMode? = nil) {
        self.place = place
        self.lock = lock
        self.slow = slow
    }
}
