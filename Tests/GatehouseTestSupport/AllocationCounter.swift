#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Counts the objects that are allocated on this thread by code of the test's program.
///
/// The linker leads every call of `swift_allocObject` in that program here (`--wrap`, see Package.swift). The hook that the runtime keeps for
/// instruments will not do: while it is on, Swift 6.3 on Linux counts references of string literals too, and dies of it on any thread.
package enum AllocationCounter {
    /// Holds the counter of a thread that counts.
    fileprivate static let key: pthread_key_t? = {
        var key = pthread_key_t()
        return unsafe pthread_key_create(&key, nil) == 0 ? key : nil
    }()

    /// Nil where the linker does not lead the calls here: elsewhere than on Linux.
    package static func count(_ body: () -> Void) -> Int? {
        #if os(Linux)
            guard let key else { return nil }
            var count = 0
            unsafe withUnsafeMutablePointer(to: &count) { counter in
                unsafe pthread_setspecific(key, counter)
                body()
                pthread_setspecific(key, nil)
            }
            return count
        #else
            return nil
        #endif
    }
}

#if os(Linux)
    @_silgen_name("__real_swift_allocObject")
    private func allocate(_ type: UnsafeRawPointer, _ size: Int, _ alignmentMask: Int) -> UnsafeMutableRawPointer

    @_cdecl("__wrap_swift_allocObject")
    func countedAllocation(_ type: UnsafeRawPointer, _ size: Int, _ alignmentMask: Int) -> UnsafeMutableRawPointer {
        if let key = AllocationCounter.key, let counter = unsafe pthread_getspecific(key) {
            unsafe counter.assumingMemoryBound(to: Int.self).pointee += 1
        }
        return unsafe allocate(type, size, alignmentMask)
    }
#endif
