public import Gatehouse

extension AdminGateway {
    /// The gateway of a server with these settings: what it keeps over a restart is in `moderation.sqlite` in the directory of `var`.
    /// With `admin_ui` it brings the Socket.IO Admin UI.
    public init(_ settings: ServerSettings) {
        self.init(store: .file(settings.state + "/moderation.sqlite"), adminUI: settings.configuration.adminUI)
    }
}
