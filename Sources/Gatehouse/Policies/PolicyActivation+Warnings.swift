import GatehousePolicy
import Logging

extension PolicyActivation {
    /// Tells the operator what `policy check` warns of: the policies come into force all the same.
    /// - Parameter directory: that of the files, which the places are shown under.
    func logWarnings(of directory: String, to logger: Logger) {
        for warning in warnings { logger.warning("\(directory)/\(warning.position): \(warning.message)") }
    }
}
