#if Redis
    import GatehouseRedis
    import GatehouseTLS

    /// The password of the cluster's Redis: the first line of a file that nobody but its owner may read or write.
    enum PasswordFile {
        static func read(_ path: String) throws -> String {
            let bytes = try SmallFile.readSecret(path)
            guard let line = String(validating: bytes.prefix { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self), !line.isEmpty else {
                throw RedisError(.address, "\(path) has no password in its first line.")
            }
            return line
        }
    }
#endif
