// `import GatehouseCommands` alone brings the application and moderation.
@_exported public import Gatehouse
@_exported public import GatehouseModeration
