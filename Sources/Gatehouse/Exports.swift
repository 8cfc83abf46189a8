// What a gateway is written with: `import Gatehouse` alone brings DTOs, schemas, namespaces and rooms along.
@_exported public import GatehouseJSON
@_exported public import SocketIO
