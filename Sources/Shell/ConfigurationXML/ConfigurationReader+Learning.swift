internal import ConfigurationPolicy

extension ConfigurationReader {
  /// Reads a file for what is not known in it: of a cluster's export every machine.
  ///
  /// - Parameter isNamed: as for `read`.
  /// - Returns: the result, of the first machine, with the unknown words of all.
  public func readLearning(contentsOf path: String, isNamed: Bool = true) -> ReadResult {
    var reader = self
    reader.isLearning = true
    do throws(FindingError) {
      let bytes = try FileBytes.read(
        path, bytesMax: self.limits.fileBytesMax, isNamed: isNamed)
      var result = reader.read(bytes: bytes, name: path)
      for machine in self.machines(of: bytes) {
        reader.machine = machine
        let words = reader.read(bytes: bytes, name: path).unknownWords ?? [:]
        result.unknownWords?.merge(words) { first, _ in first }
      }
      return result
    } catch {
      return ReadResult(name: path, configuration: nil, diagnostics: [error.diagnostic])
    }
  }

  /// The machines of a cluster's export; none of any other file.
  func machines(of bytes: [UInt8]) -> [String] {
    guard !bytes.isEmpty,
      case .success(let document) = XMLTreeParser(limits: self.limits).parse(bytes),
      let layout = ClusterLayout(document.root)
    else { return [] }
    return layout.machines.map(\.name)
  }
}
