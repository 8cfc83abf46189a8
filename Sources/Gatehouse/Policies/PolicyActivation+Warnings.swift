import GatehousePolicy
import Logging

extension PolicyActivation {
    /// Logs the warnings of `policy check`. The policies come into force all the same.
    /// - Parameter directory: the directory of the files, for the places in the messages.
    func logWarnings(of directory: String, to logger: Logger) {
        for warning in warnings { logger.warning("\(directory)/\(warning.position): \(warning.message)") }
    }
}
