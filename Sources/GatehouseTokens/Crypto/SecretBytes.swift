internal import COpenSSL
internal import GatehouseLiveObjects

/// Key bytes that must not outlive their use: wiped when released, never printed, shared without being copied.
package struct SecretBytes: Sendable {
    private let handle: OwnedHandle
    package let count: Int

    /// Copies `bytes` into memory of its own; nil if they are empty (an empty key is no key) or if memory is short.
    package init?(_ bytes: some Collection<UInt8>) {
        let count = bytes.count
        guard count > 0, let memory = unsafe CRYPTO_malloc(count, nil, 0) else { return nil }
        unsafe UnsafeMutableRawBufferPointer(start: memory, count: count).copyBytes(from: bytes)
        let owned = unsafe OwnedHandle(OpaquePointer(memory), .secret) { pointer in
            unsafe CRYPTO_clear_free(UnsafeMutableRawPointer(pointer), count, nil, 0)
        }
        guard let owned else { return nil }
        handle = owned
        self.count = count
    }

    /// Lends the bytes for the length of `body`.
    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe handle.withPointer { (pointer) throws(Failure) in
            try unsafe body(UnsafeBufferPointer(start: UnsafePointer<UInt8>(pointer), count: count))
        }
    }

    /// Compares in time that depends on the lengths only.
    func isEqual(to other: SecretBytes) -> Bool {
        guard count == other.count else { return false }
        return unsafe withBytes { mine in
            unsafe other.withBytes { theirs in unsafe CRYPTO_memcmp(mine.baseAddress, theirs.baseAddress, count) == 0 }
        }
    }
}

extension SecretBytes: CustomStringConvertible, CustomReflectable {
    package var description: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
