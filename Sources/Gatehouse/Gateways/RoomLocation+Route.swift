import GatehouseJSON
import GatehousePolicy
import SocketIO

extension RoomLocation {
    /// The only place where the arguments of a handler always name a room: an argument that is one, or a field of an argument. An optional
    /// room is a filter, not a target.
    /// - Returns: `nil` where there is none, or more than one.
    init?(onlyIn list: ArgumentList) {
        var places: [RoomLocation] = []
        for (number, argument) in list.shapes.enumerated() where argument.isRequired {
            if RoomName.isForm(argument.shape) { places.append(RoomLocation(argument: number, "")) }
            guard case .object(let object) = argument.shape.bare else { continue }
            for field in object.fields() where field.isRequired && RoomName.isForm(field.shape) {
                let token = field.name.replacing("~", with: "~0").replacing("/", with: "~1")
                guard let pointer = JSONPointer("/" + token) else { return nil }
                places.append(RoomLocation(argument: number, pointer))
            }
        }
        guard let place = places.first, places.count == 1 else { return nil }
        self = place
    }
}
