/// The lines with which a log file and a push begin.
///
/// Source: docs/FIDELITY.md, "Header lines".
public struct HeaderLines: Hashable, Sendable {
  /// Such as `8.0.1-023`.
  public let version: String
  /// Such as `A4BADB4712A9-511AA1E`.
  public let serialNumber: String

  /// The header of an appliance's logs.
  public init(version: String, serialNumber: String) {
    self.version = version
    self.serialNumber = serialNumber
  }

  /// The three texts, without `Info: `.
  ///
  /// - Parameter offsetSeconds: seconds ahead of UTC when the log is opened.
  public func texts(offsetSeconds: Int) -> [String] {
    [
      "Begin Logfile",
      "Version: \(self.version) SN: \(self.serialNumber)",
      "Time offset from UTC: \(offsetSeconds) seconds",
    ]
  }
}
