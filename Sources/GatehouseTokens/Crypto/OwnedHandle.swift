internal import GatehouseLiveObjects

/// The one owner of a C object (SEC-45): frees it once, when the last reference goes.
///
/// `@unchecked` because a pointer is not Sendable by itself. It holds for what is put in here: an `EVP_PKEY` and an `EVP_MD` are
/// reference-counted and never changed after load (OpenSSL allows concurrent use of an unmodified key), and a secret's memory is only read.
@safe final class OwnedHandle: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let release: @Sendable (OpaquePointer) -> Void
    private let mark: HandleMark

    /// Takes over `pointer`; nil in, nil out, so that a C allocation can be wrapped where it is made.
    init?(_ pointer: OpaquePointer?, _ kind: LiveHandles.Kind, release: @escaping @Sendable (OpaquePointer) -> Void) {
        guard let pointer = unsafe pointer else { return nil }
        unsafe self.pointer = pointer
        unsafe self.release = release
        mark = HandleMark(kind)
    }

    deinit { unsafe release(pointer) }

    /// Lends the pointer for the length of `body`; it must not escape.
    func withPointer<Result, Failure: Error>(_ body: (OpaquePointer) throws(Failure) -> Result) throws(Failure) -> Result {
        try withExtendedLifetime(self) { () throws(Failure) in
            try unsafe body(pointer)
        }
    }
}
