public import ApplianceConfiguration
internal import Foundation
internal import Simulation

/// The history of a configuration, as lines and as JSON.
public enum HistoryDocument {
  /// One commit.
  public struct Entry: Encodable, Hashable, Sendable {
    /// Whether the appliance runs by it.
    public let isActive: Bool
    /// What the administrator said of it.
    public let comment: String
    /// Its number.
    public let number: Int
    /// When it was committed, such as `2015-06-25T06:50:03Z`.
    public let time: String
    /// Who committed it.
    public let user: String

    /// One line for a person; what could drive a terminal is escaped.
    public var text: String {
      let words = [String(self.number), self.time, self.user, self.comment]
      return words.filter { !$0.isEmpty }.map(escapingControls).joined(separator: "  ")
    }
  }

  private struct Document: Encodable {
    let commits: [Entry]
  }

  /// The active commit and those before it, the latest first.
  public static func entries<Content>(of history: ConfigurationHistory<Content>) -> [Entry] {
    ([history.active] + history.earlier).map { entry in
      Entry(
        isActive: entry.number == history.active.number, comment: entry.comment,
        number: entry.number, time: InstantText.seconds(entry.instant), user: entry.user)
    }
  }

  /// The commits as JSON.
  public static func json(_ entries: [Entry]) throws -> [UInt8] {
    try JSONBytes.encode(Document(commits: entries))
  }
}
