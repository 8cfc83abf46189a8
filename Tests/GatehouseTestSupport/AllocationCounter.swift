#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Counts the objects that the Swift runtime allocates on this thread, through the hook that it keeps for instruments.
package enum AllocationCounter {
    private typealias Allocate = @convention(c) (UnsafeRawPointer?, Int, Int) -> UnsafeMutableRawPointer?

    nonisolated(unsafe) private static var original: Allocate?
    nonisolated(unsafe) private static var thread: pthread_t?
    nonisolated(unsafe) private static var count = 0

    /// Nil where the runtime has no such hook.
    package static func count(_ body: () -> Void) -> Int? {
        guard let hook = unsafe dlsym(nil, "_swift_allocObject"),
            let flag = unsafe dlsym(nil, "_swift_enableSwizzlingOfAllocationAndRefCountingFunctions_forInstrumentsOnly")
        else { return nil }
        let slot = unsafe hook.assumingMemoryBound(to: Allocate.self)
        let isEnabled = unsafe flag.assumingMemoryBound(to: Bool.self)
        unsafe original = slot.pointee
        unsafe thread = pthread_self()
        unsafe count = 0
        unsafe isEnabled.pointee = true
        unsafe slot.pointee = { type, size, alignment in
            if let thread = unsafe AllocationCounter.thread, pthread_equal(thread, pthread_self()) != 0 {
                unsafe AllocationCounter.count += 1
            }
            return unsafe AllocationCounter.original?(type, size, alignment)
        }
        body()
        if let original = unsafe original { unsafe slot.pointee = original }
        unsafe isEnabled.pointee = false
        return unsafe count
    }
}
