#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Wakes the writer thread. A ring before the wait is not lost. Ringing is one futex call at most.
///
/// `@unchecked Sendable`: the pthread objects are made for sharing, live at fixed addresses for as long as this object, and `isRung` is read
/// and written only with the mutex held.
@safe
final class Doorbell: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var isRung = false

    init() {
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe mutex.initialize(to: pthread_mutex_t())
        unsafe condition.initialize(to: pthread_cond_t())
        unsafe pthread_mutex_init(mutex, nil)
        #if canImport(Glibc)
            var attributes = pthread_condattr_t()
            unsafe pthread_condattr_init(&attributes)
            unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            unsafe pthread_cond_init(condition, &attributes)
            unsafe pthread_condattr_destroy(&attributes)
        #else
            unsafe pthread_cond_init(condition, nil)
        #endif
    }

    deinit {
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    func ring() {
        unsafe pthread_mutex_lock(mutex)
        isRung = true
        unsafe pthread_cond_signal(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    /// Returns when it was rung, or after `nanoseconds`.
    func wait(nanoseconds: UInt64) {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        // An hour is long enough, and keeps the sums below small.
        let delay = Int(clamping: min(nanoseconds, 3_600_000_000_000))
        #if canImport(Glibc)
            var until = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &until)
            let nanos = until.tv_nsec + delay
            until.tv_sec += nanos / 1_000_000_000
            until.tv_nsec = nanos % 1_000_000_000
            while !isRung {
                if unsafe pthread_cond_timedwait(condition, mutex, &until) != 0 { break }
            }
        #else
            var relative = timespec(tv_sec: delay / 1_000_000_000, tv_nsec: delay % 1_000_000_000)
            if !isRung { unsafe pthread_cond_timedwait_relative_np(condition, mutex, &relative) }
        #endif
        isRung = false
    }
}
