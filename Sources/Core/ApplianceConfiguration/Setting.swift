/// Where a value stands in its file.
public struct SourcePosition: Hashable, Comparable, Sendable, Codable {
  /// The line, from 1.
  public let line: Int
  /// The column in bytes, from 1.
  public let column: Int

  /// A place in a file.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static func < (lhs: SourcePosition, rhs: SourcePosition) -> Bool {
    (lhs.line, lhs.column) < (rhs.line, rhs.column)
  }
}

/// How a value came to be in force.
public enum SettingState: Hashable, Sendable {
  /// Nothing gives it: the default is in force.
  case absent
  /// A file or a program gives it.
  case present
  /// Nothing gives it where something must: the value is a stand-in, which nothing shows.
  case missing
  /// The file has the element without content, which clears the setting.
  case empty
  /// The file has a text that is not understood: the value is assumed, and a finding says so.
  case notUnderstood(String)
}

/// A value of the configuration and where it comes from.
public struct Setting<Value: Hashable & Sendable>: Hashable, Sendable {
  /// The value in force.
  public var value: Value
  /// Where the file says so; `nil` when the value is a default or was set by the command line.
  public var position: SourcePosition?
  /// How the value came to be in force.
  public var state: SettingState

  /// A value that the file gives at `position`, or that a program sets.
  public init(
    _ value: Value, at position: SourcePosition? = nil, state: SettingState = .present
  ) {
    self.value = value
    self.position = position
    self.state = state
  }

  /// Whether the value is what a file, a program or a default gives, and no stand-in.
  public var isUnderstood: Bool {
    if case .notUnderstood = self.state { false } else { true }
  }

  /// Whether the value is a stand-in for one that must be there.
  public var isMissing: Bool { self.state == .missing }

  /// A default, which no file gives.
  public init(default value: Value) {
    self.init(value, state: .absent)
  }
}

extension Setting<String> {
  /// The value as what something is called.
  public var asName: String { self.isMissing ? "without a name" : self.value }

  /// The value, or nothing where it is a stand-in.
  var given: String { self.isMissing ? "" : self.value }
}
