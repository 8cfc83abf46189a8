extension ServerSettings {
    /// The settings that do not go together.
    package var conflicts: [SettingErrors.Fault] {
        var faults: [SettingErrors.Fault] = []
        func refuse(_ isConflict: Bool, _ settings: [String], _ message: String) {
            if isConflict { faults.append(SettingErrors.Fault(.conflict, settings: settings, message)) }
        }
        refuse((certificate == nil) != (privateKey == nil), ["cert", "key"], "a certificate and its key belong together: name both")
        refuse(http && certificate != nil, ["http", "cert"], "plain HTTP has no use for a certificate: leave one of them out")
        refuse(
            http && clientAuthorities != nil, ["http", "client_ca"],
            "plain HTTP cannot ask clients for certificates: leave one of them out")
        refuse(
            clientCertificateIsOptional && clientAuthorities == nil, ["client_cert_optional", "client_ca"],
            "nobody is asked for a certificate without client_ca: name the authorities")
        let hasMaxAge = corsMaxAge != CORS(origins: []).maxAge
        refuse(
            corsOrigins.isEmpty && (corsCredentials || !corsHeaders.isEmpty || hasMaxAge),
            [corsCredentials ? "cors_credentials" : corsHeaders.isEmpty ? "cors_max_age" : "cors_header", "cors_origin"],
            "no origin is named that it is for: name one in cors_origin")
        refuse(
            base.strict && base.auditFailure == .continue, ["strict", "on_audit_failure"],
            "continue loses records, which strict does not take: choose fail_operation or shutdown")
        refuse(
            monitoringIsRequired == true && monitoring == .off, ["monitoring_required", "monitoring"],
            "monitoring is off and cannot be required: leave one of them out")
        let hasAPI = if case .at? = api { true } else { false }
        refuse(
            !hasAPI && (apiIsPlain || apiClientAuthorities != nil), [apiIsPlain ? "api_http" : "api_client_ca", "api"],
            "back ends are served nowhere: name an address in api")
        refuse(
            (apiIsPlain || http) && apiClientAuthorities != nil, [apiIsPlain ? "api_http" : "http", "api_client_ca"],
            "plain HTTP cannot ask callers for certificates: leave one of them out")
        let ofCluster: [(isSet: Bool, name: String)] = [
            (clusterPasswordFile != nil, "cluster_password_file"), (clusterAuthorities != nil, "cluster_ca"),
            (clusterIsRequired, "cluster_required"), (clusterServesBehind, "cluster_serve_behind"),
            (clusterKeyFile != nil, "cluster_key_file"),
        ]
        if clusterURL == nil, let needless = ofCluster.first(where: { $0.isSet }) {
            refuse(true, [needless.name, "cluster"], "no cluster is named that it is for: name its Redis in cluster")
        }
        refuse(
            clusterAuthorities != nil && clusterURL?.hasPrefix("rediss://") == false, ["cluster_ca", "cluster"],
            "authorities are for TLS: write rediss://")
        return faults
    }
}
