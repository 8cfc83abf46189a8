#if Redis
    public import Gatehouse
    import GatehouseAudit
    import GatehouseRedis
    import GatehouseTLS

    extension Application {
        /// Makes the server a node of the cluster that ``Gatehouse/Configuration/cluster`` names; without one it stays alone. Blocks on the disk
        /// where a password is in a file.
        /// - Throws: `StartError` for an address that cannot be read, or a file that cannot be trusted.
        public func joiningCluster() throws(StartError) -> Application {
            guard let settings = configuration.cluster else { return self }
            return clustered(ClusterNode(try ClusterNode.Options(settings)))
        }
    }

    extension ClusterNode.Options {
        /// - Throws: ``StartError``
        package init(_ settings: ClusterSettings) throws(StartError) {
            var address: RedisAddress
            var key: MessageSeal?
            do {
                address = try RedisAddress(parsing: settings.url)
                if let file = settings.keyFile { key = try MessageSeal(secret: SmallFile.readSecret(file)) }
                if let file = settings.passwordFile { address.password = try PasswordFile.read(file) }
            } catch {
                throw StartError(code: .configuration, message: "the cluster's Redis cannot be used", cause: error)
            }
            address.authorityPath = settings.authorities
            self.init(address)
            // Whoever changes the password changes the file: the next connection has it.
            if let file = settings.passwordFile { redis.password = { try? PasswordFile.read(file) } }
            kind = ClusterAdapterKind(settings.adapter)
            prefix = settings.prefix
            isRequired = settings.isRequired
            servesBehind = settings.servesBehind
            self.key = key
        }
    }

    extension ClusterAdapterKind {
        package init(_ adapter: ClusterSettings.Adapter) {
            switch adapter {
            case .streams: self = .streams
            case .pubsub: self = .pubsub
            case .sharded: self = .sharded
            }
        }
    }
#endif
