import ApplianceConfiguration
public import ConfigurationPolicy

extension ConfigurationReader {
  /// The values of a file that rules of the house compare with those of other files; none of one
  /// that cannot be read.
  ///
  /// - Parameter isNamed: as for `read`.
  public func sharedValues(contentsOf path: String, isNamed: Bool = true) -> [SharedValue] {
    do throws(FindingError) {
      let bytes = try FileBytes.read(
        path, bytesMax: self.limits.fileBytesMax, isNamed: isNamed)
      return self.sharedValues(bytes: bytes)
    } catch {
      // What is wrong with the file is told when it is checked.
      return []
    }
  }

  func sharedValues(bytes: [UInt8]) -> [SharedValue] {
    guard !bytes.isEmpty,
      case .success(let document) = XMLTreeParser(limits: self.limits).parse(bytes)
    else { return [] }
    var collector = FindingCollector(findingsMax: 0, mode: self.mode)
    guard let root = self.machineRoot(of: document.root, &collector) else { return [] }
    let decoder = ConfigurationDecoder(
      ElementReader(findings: collector, isTimeZone: self.isTimeZone))
    let check = HouseRuleCheck(root: root, identity: decoder.identity(of: document), isWhole: true)
    var paths = XMLPathFinder(root: document.root)
    return check.sharedValues(by: self.houseRules).map { value in
      var value = value
      value.path = paths.path(at: value.position)
      return value
    }
  }
}
