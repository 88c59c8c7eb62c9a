internal import ApplianceConfiguration

/// One appliance's part of a file.
public struct MachineResult: Sendable {
  /// The machine of a cluster's export; `nil` for a file of one appliance.
  public let machine: String?
  /// What reading it gave.
  public let result: ReadResult

  init(machine: String, _ result: ReadResult) {
    self.machine = machine
    self.result = result
  }

  /// The part of a file of one appliance, or of one that cannot be read.
  public init(whole result: ReadResult) {
    self.machine = nil
    self.result = result
  }
}

extension ConfigurationReader {
  /// Reads a file for each appliance that it is of: of a cluster's export each machine, or the one
  /// of `machine`; of any other file the one that there is. A file whose only errors are masked
  /// passphrases gives its configurations too: a simulation needs no passphrase.
  ///
  /// - Parameter isNamed: as for `read`.
  /// - Returns: one result or more, in the order of the file.
  public func readMachines(contentsOf path: String, isNamed: Bool = true) -> [MachineResult] {
    let bytes: [UInt8]
    do throws(FindingError) {
      bytes = try FileBytes.read(path, bytesMax: self.limits.fileBytesMax, isNamed: isNamed)
    } catch {
      return [MachineResult(whole: ReadResult(name: path, refusedBy: error.diagnostic))]
    }
    var names: [String] = []
    for name in self.machines(of: bytes) where !names.contains(name) { names.append(name) }
    if let wanted = self.machine, !names.isEmpty { names = [wanted] }
    guard !names.isEmpty else {
      return [MachineResult(whole: self.readMasked(bytes, name: path))]
    }
    return names.map { name in
      var reader = self
      reader.machine = name
      return MachineResult(machine: name, reader.readMasked(bytes, name: path))
    }
  }

  private func readMasked(_ bytes: [UInt8], name: String) -> ReadResult {
    let result = self.read(bytes: bytes, name: name)
    let errors = result.diagnostics.filter { $0.severity == .error }
    guard !errors.isEmpty, errors.allSatisfy({ $0.code == .passphrasesMasked }) else {
      return result
    }
    var reader = self
    reader.mode = .lenient
    return reader.read(bytes: bytes, name: name)
  }
}
