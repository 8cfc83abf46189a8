import COpenSSL
import GatehouseLiveObjects

/// The certificates of one PEM file, leaf first. Owns a reference to each.
@safe struct CertificateChain: ~Copyable {
    let handles: [OpaquePointer]

    private init(owning handles: [OpaquePointer]) {
        unsafe self.handles = unsafe handles
        unsafe LiveHandles.add(handles.count, .certificate)
    }

    /// Reads every certificate of a PEM text, in order.
    static func parse(pem: [UInt8], name: String) throws(TLSError) -> CertificateChain {
        let text = try TextBIO.holding(pem)
        ERR_clear_error()
        var handles: [OpaquePointer] = unsafe []
        while let certificate = unsafe PEM_read_bio_X509(text.handle, nil, refusePassword, nil) {
            unsafe handles.append(certificate)
        }
        let chain = unsafe CertificateChain(owning: handles)
        // The end of the text is reported as "no start line"; anything else is a damaged certificate.
        let failure = OpenSSLFailure.drain()
        let endOfText = failure.codes.allSatisfy { ERR_GET_LIB($0) == ERR_LIB_PEM && ERR_GET_REASON($0) == PEM_R_NO_START_LINE }
        guard endOfText else { throw TLSError(.certificateInvalid, "A certificate in \(name) is damaged.", cause: failure) }
        guard unsafe !handles.isEmpty else {
            throw TLSError(.certificateInvalid, "\(name) holds no certificate in PEM form.", cause: failure)
        }
        return chain
    }

    deinit {
        unsafe handles.forEach { unsafe X509_free($0) }
        unsafe LiveHandles.add(-handles.count, .certificate)
    }

    /// Whether the leaf is for a host name or an IP address.
    borrowing func leafNames(_ host: String) -> Bool {
        guard let leaf = unsafe handles.first else { return false }
        return unsafe HostSyntax.isAddress(host) ? X509_check_ip_asc(leaf, host, 0) == 1 : X509_check_host(leaf, host, 0, 0, nil) == 1
    }

    /// The summary of the leaf, the first certificate of the file.
    borrowing func leafSummary() -> CertificateSummary? { unsafe handles.first.map { unsafe CertificateSummary($0) } }
}
