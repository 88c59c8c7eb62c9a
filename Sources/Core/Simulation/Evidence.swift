/// How well a fact about the real appliance is known, and where it is from.
///
/// The tables that carry it decide how strict the product is: only a documented or an observed
/// fact lets a checker refuse a file; what is inferred or ours may warn.
public struct Evidence: Hashable, Sendable {
  /// How well something is known.
  public enum Standing: String, Hashable, Sendable, CaseIterable, Codable {
    /// The vendor says so, or a standard that the appliance follows.
    case documented
    /// Seen in real logs, captures or exports, or in a public tool that reads them.
    case observed
    /// Follows from what is documented or observed.
    case inferred
    /// Nothing public is known; a choice of this project.
    case ours

    /// Whether an error may rest on it.
    public var permitsRefusal: Bool {
      switch self {
      case .documented, .observed: true
      case .inferred, .ours: false
      }
    }
  }

  /// How well it is known.
  public let standing: Standing
  /// Where it is from, or what it follows from; a few words.
  public let source: String

  /// A fact of that standing.
  public init(_ standing: Standing, _ source: String) {
    self.standing = standing
    self.source = source
  }
}
