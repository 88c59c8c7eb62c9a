import LabPeers
import Scenarios
import Simulation
import Support

/// Faults as scenario files write them, and the names of docs/FAULTS.md.
enum FaultText {
  static func yaml(_ fault: PlannedFault) -> String {
    guard let row = fault.kind.row else { return fault.kind.name }
    var text = "fault: " + fault.kind.fileText
    if !row.isOfAppliance { text += ", host: \(fault.host)" }
    text += ", from: \(fault.when.from.fileText)"
    let keys = row.window.keys
    if keys.contains("until"), let until = fault.when.until {
      text += ", until: \(until.fileText)"
    }
    if keys.contains("connections") {
      if let count = fault.when.connectionsMax { text += ", connections: \(count)" }
      text += ", connection_permille: \(fault.when.connectionPermille)"
    }
    return text
  }
}
