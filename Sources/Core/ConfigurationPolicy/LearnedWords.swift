/// A name or value that the reader does not know by itself, and where it was used.
public struct LearnedWord: Hashable, Sendable, Comparable {
  /// What a word is.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// An element, in the one that it stands in.
    case element = "elements"
    /// An attribute, of the element that has it.
    case attribute = "attributes"
    /// An element that stands several times in the one that it stands in.
    case repetition = "repetitions"
    /// A module of a log.
    case module = "modules"
    /// A level of a log.
    case level = "levels"
    /// A class of alerts.
    case alertClass = "alert_classes"
    /// A severity of alerts.
    case alertSeverity = "alert_severities"

    /// Whether words of this kind belong to an element.
    public var hasParent: Bool {
      switch self {
      case .element, .attribute, .repetition: true
      case .module, .level, .alertClass, .alertSeverity: false
      }
    }
  }

  /// What it is.
  public let kind: Kind
  /// The element that it belongs to; empty for a value.
  public let parent: String
  /// The name or value.
  public let name: String

  /// A word; `parent` is empty for a value.
  public init(_ kind: Kind, _ name: String, in parent: String = "") {
    self.kind = kind
    self.parent = parent
    self.name = name
  }

  /// Whether it can be kept: bounded, and without control characters.
  public var isUsable: Bool {
    [self.name, self.parent].allSatisfy { text in
      text.utf8.count <= 200
        && text.unicodeScalars.allSatisfy { scalar in
          switch scalar.properties.generalCategory {
          case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: false
          default: true
          }
        }
    } && !self.name.isEmpty
  }

  public static func < (one: Self, two: Self) -> Bool {
    (one.kind.rawValue, one.parent, one.name) < (two.kind.rawValue, two.parent, two.name)
  }
}

/// What a team's own exports contain beyond what the reader knows, and in how many of them.
public struct LearnedWords: Hashable, Sendable {
  /// The most words that are kept.
  public static let wordsMax = 20_000

  /// How many files were looked at.
  public var files: Int
  /// In how many of them each word was found.
  public var counts: [LearnedWord: Int]

  /// Words with their counts.
  public init(files: Int = 0, counts: [LearnedWord: Int] = [:]) {
    self.files = files
    self.counts = counts
  }

  /// Adds one file's words.
  ///
  /// - Returns: those that cannot be kept.
  public mutating func add(file words: some Sequence<LearnedWord>) -> [LearnedWord] {
    self.files += 1
    var refused: [LearnedWord] = []
    for word in words {
      if word.isUsable {
        self.counts[word, default: 0] += 1
      } else {
        refused.append(word)
      }
    }
    return refused
  }

  /// The words themselves.
  public var words: Set<LearnedWord> { Set(self.counts.keys) }

  /// The section `known` of `appliance-check.yaml`, a line each.
  public var yamlLines: [String] {
    var lines = [
      "known: # made by `appliance config learn`; each number says in how many files it was found",
      "  files: \(self.files)",
    ]
    for kind in LearnedWord.Kind.allCases {
      let words = self.counts.keys.filter { $0.kind == kind }.sorted()
      guard !words.isEmpty else { continue }
      lines.append("  \(kind.rawValue):")
      var parent: String?
      for word in words {
        if kind.hasParent, word.parent != parent {
          parent = word.parent
          lines.append("    \(Self.key(word.parent)):")
        }
        let indent = kind.hasParent ? "      " : "    "
        lines.append("\(indent)\(Self.key(word.name)): \(self.counts[word, default: 0])")
      }
    }
    return lines
  }

  /// A key of YAML, in quotation marks where it is not a plain name.
  private static func key(_ text: String) -> String {
    let isPlain = text.utf8.enumerated().allSatisfy { index, byte in
      let isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte == UInt8(ascii: "_")
      let isOther = byte >= 0x30 && byte <= 0x39 || [UInt8(ascii: "-"), 0x2E].contains(byte)
      return isLetter || index > 0 && isOther
    }
    if isPlain, !["null", "true", "false", "yes", "no"].contains(text.lowercased()) { return text }
    return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }
}
