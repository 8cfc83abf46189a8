/// Counts the object that owns it, for as long as that object is there.
package struct LiveMark: ~Copyable, Sendable {
    private let objects: LiveObjects
    private let kind: LiveObjects.Kind

    package init(_ objects: LiveObjects, _ kind: LiveObjects.Kind) {
        self.objects = objects
        self.kind = kind
        objects.add(kind)
    }

    deinit { objects.add(-1, kind) }
}
