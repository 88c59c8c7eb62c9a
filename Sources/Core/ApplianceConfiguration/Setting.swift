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

/// A value of the configuration and where it comes from.
public struct Setting<Value: Hashable & Sendable>: Hashable, Sendable {
  /// The value in force.
  public var value: Value
  /// Where the file says so; `nil` when the value is a default or was set by the command line.
  public var position: SourcePosition?

  /// A value that the file gives at `position`, or a default.
  public init(_ value: Value, at position: SourcePosition? = nil) {
    self.value = value
    self.position = position
  }
}
