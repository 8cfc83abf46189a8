import COpenSSL
import GatehouseJSON

/// SHA-256 of policy texts.
enum SHA256Digest {
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        // The one-shot call has no error to report and leaves none in the thread's queue.
        _ = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in unsafe SHA256(input.baseAddress, input.count, output.baseAddress) }
        }
        return Base16.encode(digest)
    }
}
