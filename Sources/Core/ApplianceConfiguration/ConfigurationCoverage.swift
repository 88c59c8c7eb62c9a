internal import Text

/// How much of a file was checked: the rest is preserved, and nothing is said about its content.
public struct ConfigurationCoverage: Hashable, Sendable {
  /// What is not modelled of one name.
  public struct Part: Hashable, Sendable {
    /// The section's name; of what lies within a checked one, `parent/element` or
    /// `element/@name`.
    public let name: String
    /// How many elements have it.
    public var count: Int
    /// Their size in bytes of the file.
    public var bytes: Int

    /// A part.
    public init(name: String, count: Int, bytes: Int) {
      self.name = name
      self.count = count
      self.bytes = bytes
    }
  }

  /// Sections: the elements directly within `config`.
  public private(set) var sections = 0
  /// How many of them are modelled.
  public private(set) var checkedSections = 0
  /// The size of all sections, in bytes of the file.
  public private(set) var bytes = 0
  /// The size of what is modelled of them.
  public private(set) var checkedBytes = 0
  /// What is not modelled, by name.
  public private(set) var unmodelled: [String: Part] = [:]

  /// How many elements are not modelled, and not among those.
  public private(set) var furtherElements = 0
  private let namesMax: Int

  /// The coverage of nothing.
  ///
  /// - Parameter namesMax: how many names are told apart; further ones are counted together.
  public init(namesMax: Int = Self.namesMax) {
    self.namesMax = namesMax
  }

  /// Whether everything was checked.
  public var isComplete: Bool { self.unmodelled.isEmpty }

  /// What is not modelled, the largest first.
  public var largest: [Part] {
    self.unmodelled.values.sorted { ($1.bytes, $0.name) < ($0.bytes, $1.name) }
  }

  /// Adds a section that is checked, all of it so far.
  public mutating func addChecked(bytes: Int) {
    self.sections += 1
    self.checkedSections += 1
    self.bytes += bytes
    self.checkedBytes += bytes
  }

  /// Takes out what is not modelled within a checked section, and lies in nothing taken out.
  public mutating func exclude(_ part: Part) {
    self.checkedBytes -= part.bytes
    self.note(part)
  }

  /// Adds a section that is not modelled.
  public mutating func addUnmodelled(_ name: String, bytes: Int) {
    self.sections += 1
    self.bytes += bytes
    self.note(Part(name: name, count: 1, bytes: bytes))
  }

  /// Adds another file's coverage.
  public mutating func add(_ other: ConfigurationCoverage) {
    guard self.sections > 0 else { return self = other }
    self.sections += other.sections
    self.checkedSections += other.checkedSections
    self.bytes += other.bytes
    self.checkedBytes += other.checkedBytes
    self.furtherElements += other.furtherElements
    for part in other.unmodelled.values { self.note(part) }
  }

  private mutating func note(_ part: Part) {
    if var sum = self.unmodelled[part.name] {
      sum.count += part.count
      sum.bytes += part.bytes
      self.unmodelled[part.name] = sum
    } else if self.unmodelled.count < self.namesMax {
      self.unmodelled[part.name] = part
    } else {
      // Bounded: an archive has a million names; their sizes count without them.
      self.furtherElements += part.count
    }
  }

  /// How many names are kept.
  public static let namesMax = 256

  /// The share of the bytes that was checked, in percent, rounded down; 100 of nothing.
  public var checkedPercent: Int {
    self.bytes == 0 ? 100 : Int(Int64(self.checkedBytes) * 100 / Int64(self.bytes))
  }

  /// One line for a person, such as `checked 61 of 140 sections, 34 % of the bytes; not modelled:
  /// policies, dlp_config, ...`.
  ///
  /// - Parameter namesMax: how many names are listed, the largest first; `nil` for all.
  public func line(namesMax: Int? = 8) -> String {
    var line =
      "checked \(self.checkedSections) of \(Plural.counted(self.sections, "section")), "
      + "\(self.checkedPercent) % of the bytes"
    guard !self.isComplete else { return line }
    let largest = self.largest
    let listed = largest.prefix(namesMax ?? largest.count).map { escapingControls($0.name) }
    line += "; not modelled: " + listed.joined(separator: ", ")
    if listed.count < largest.count {
      let isWhole = self.furtherElements == 0
      line += ", ... (\(isWhole ? "" : "more than ")\(largest.count) names)"
    }
    return line
  }
}
