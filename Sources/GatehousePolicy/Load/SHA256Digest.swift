import COpenSSL

/// SHA-256 of policy texts.
enum SHA256Digest {
    static func hexadecimal(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        // The one-shot call has no error to report and leaves none in the thread's queue.
        _ = unsafe bytes.withUnsafeBufferPointer { input in
            unsafe digest.withUnsafeMutableBufferPointer { output in unsafe SHA256(input.baseAddress, input.count, output.baseAddress) }
        }
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
