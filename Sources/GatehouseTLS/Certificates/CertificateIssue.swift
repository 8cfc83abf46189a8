import COpenSSL

extension CertificateTemplate {
    /// A certificate that is its own authority.
    func selfSigned(by key: borrowing PrivateKey) throws(TLSError) -> Certificate {
        try unsafe issue(for: key, issuer: nil, issuerKey: key)
    }

    /// A certificate for `subjectKey` that the authority signs.
    func issue(
        for subjectKey: borrowing PrivateKey, signedBy authority: borrowing Certificate, key: borrowing PrivateKey
    ) throws(TLSError) -> Certificate {
        try unsafe issue(for: subjectKey, issuer: authority.handle, issuerKey: key)
    }

    private func issue(
        for subjectKey: borrowing PrivateKey, issuer: OpaquePointer?, issuerKey: borrowing PrivateKey
    ) throws(TLSError) -> Certificate {
        ERR_clear_error()
        guard let handle = unsafe X509_new() else { throw Self.failure("made") }
        let certificate = unsafe Certificate(owning: handle)
        guard unsafe X509_set_version(handle, 2) == 1, unsafe X509_set_pubkey(handle, subjectKey.handle) == 1 else {
            throw Self.failure("filled in")
        }
        try unsafe setSerial(handle)
        try unsafe setDates(handle)
        try unsafe setSubject(handle)
        let issuerHandle = unsafe issuer ?? handle
        guard unsafe X509_set_issuer_name(handle, X509_get_subject_name(issuerHandle)) == 1 else { throw Self.failure("filled in") }
        try unsafe addExtensions(to: handle, issuer: issuerHandle)
        guard unsafe X509_sign(handle, issuerKey.handle, EVP_sha256()) > 0 else { throw Self.failure("signed") }
        return certificate
    }

    /// Random, positive, 127 bits, as browsers expect.
    private func setSerial(_ certificate: OpaquePointer) throws(TLSError) {
        guard let number = unsafe BN_new() else { throw Self.failure("numbered") }
        defer { unsafe BN_free(number) }
        guard
            unsafe BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1,
            unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
        else { throw Self.failure("numbered") }
    }

    private func setDates(_ certificate: OpaquePointer) throws(TLSError) {
        let start = Int(now - 3600)
        guard
            unsafe ASN1_TIME_set(X509_getm_notBefore(certificate), start) != nil,
            unsafe ASN1_TIME_set(X509_getm_notAfter(certificate), start + days * 86_400) != nil
        else { throw Self.failure("dated") }
    }

    private func setSubject(_ certificate: OpaquePointer) throws(TLSError) {
        let name = unsafe X509_get_subject_name(certificate)
        for (field, value) in [("O", DevelopmentCertificates.organisationMark), ("CN", commonName)] {
            guard unsafe X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, value, -1, -1, 0) == 1 else {
                throw Self.failure("given the name \(value)")
            }
        }
    }

    private func addExtensions(to certificate: OpaquePointer, issuer: OpaquePointer) throws(TLSError) {
        var place = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&place, issuer, certificate, nil, nil, 0)
        for wanted in extensions {
            guard let made = unsafe X509V3_EXT_conf_nid(nil, &place, wanted.identifier, wanted.value) else {
                throw Self.failure("given the extension \(wanted.value)")
            }
            defer { unsafe X509_EXTENSION_free(made) }
            guard unsafe X509_add_ext(certificate, made, -1) == 1 else { throw Self.failure("given the extension \(wanted.value)") }
        }
    }

    private static func failure(_ verb: String) -> TLSError {
        TLSError(.libraryFailure, "The certificate could not be \(verb).", cause: OpenSSLFailure.drain())
    }
}
