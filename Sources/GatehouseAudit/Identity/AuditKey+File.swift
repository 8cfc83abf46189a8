extension AuditKey {
    /// Reads the key file, or makes it (0600, 32 random bytes) when it is absent: pseudonyms then stay comparable over restarts.
    ///
    /// Throws `audit_key` when others could read or change the file, or it is a symbolic link, or has another size.
    package static func loadOrMake(at path: String, files: any AuditFileSystem = SystemFiles()) throws(AuditError) -> AuditKey {
        try AuditKey(bytes: try KeyFile(path: path, files: files).loadOrMake())
    }
}
