import GatehouseJSON
import GatehousePolicy

/// Every route with its payload and the rules that may allow it.
struct RouteOverview {
    struct Row {
        let namespace: String
        let event: String
        let dto: String?
        let rules: [String]
    }

    let rows: [Row]

    init(_ catalogue: RouteCatalogue, _ bundle: PolicyBundle) {
        rows = catalogue.namespaces.sorted { $0.key < $1.key }.flatMap { namespace, routes in
            routes.compactMap { route in
                let rules = bundle.rules.filter { rule in
                    rule.namespace == namespace && rule.section == .send && rule.effect == .allow
                        && rule.events.contains { $0.matches(event: route.event) }
                }
                guard !route.isOptional || !rules.isEmpty else { return nil }
                return Row(namespace: namespace, event: route.event, dto: route.dto, rules: rules.map(\.id))
            }
        }
    }

    var table: TextTable {
        var table = TextTable("NAMESPACE", "EVENT", "PAYLOAD", "ALLOWED BY")
        for row in rows {
            table.add(row.namespace, row.event, row.dto ?? "-", row.rules.isEmpty ? "nothing" : row.rules.joined(separator: ", "))
        }
        return table
    }

    var json: JSONValue {
        .array(
            rows.map { row in
                [
                    "namespace": .string(row.namespace), "event": .string(row.event), "dto": row.dto.map { .string($0) } ?? .null,
                    "rules": .array(row.rules.map { .string($0) }),
                ]
            })
    }
}
