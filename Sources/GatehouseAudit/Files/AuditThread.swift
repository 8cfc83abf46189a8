#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// A system thread: neither an event loop nor the cooperative pool may wait for a disk.
package enum AuditThread {
    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Runs a closure on a thread of its own, which ends with it.
    package static func start(_ run: @escaping @Sendable () -> Void) throws(AuditError) {
        let body = unsafe Unmanaged.passRetained(Body(run))
        // Signals are for the threads of the application.
        var all = sigset_t()
        var before = sigset_t()
        unsafe sigfillset(&all)
        unsafe pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }

        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let failed = unsafe pthread_create(&thread, nil, entry, body.toOpaque())
        guard failed == 0 else {
            unsafe body.release()
            throw AuditError(.io, "a thread for the audit log cannot be started (\(ErrorNumber.text(failed)))")
        }
        #if canImport(Glibc)
            pthread_detach(thread)
        #else
            if let thread { pthread_detach(thread) }
        #endif
    }

    #if canImport(Glibc)
        private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
            if let context = unsafe context {
                unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            }
            return nil
        }
    #else
        private static let entry: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { context in
            unsafe pthread_setname_np("audit")
            unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }
    #endif
}
