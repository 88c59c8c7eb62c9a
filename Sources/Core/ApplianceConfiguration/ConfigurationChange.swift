/// One thing that two configurations say differently.
public struct ConfigurationChange: Hashable, Sendable {
  /// What happened to it.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case added, removed, changed
    /// The same item at another place among its like.
    case moved
    /// The same items in another order, where the order means something.
    case reordered
  }

  /// What happened.
  public var kind: Kind
  /// The level of a cluster that it belongs to, such as `machine esa1`; `nil` for a file of one
  /// appliance.
  public var scope: String?
  /// The names on the way to it, such as `subscriptions`, `mail_logs`, `push_host`.
  public var path: [String]
  /// How many of the last names are those of elements and attributes in the file.
  public var elementNames = 0
  /// What the first says; `nil` when it says nothing, or what is there has no single value.
  public var from: String?
  /// What the second says.
  public var to: String?
  /// Where the first says it.
  public var fromPosition: SourcePosition?
  /// Where the second says it.
  public var toPosition: SourcePosition?
  /// The level of a cluster that says the same, so that a section that was added or removed changes
  /// nothing that is in effect; `nil` of anything else.
  public var sameAs: String?

  init(
    kind: Kind, path: [String], from: String? = nil, to: String? = nil,
    fromPosition: SourcePosition? = nil, toPosition: SourcePosition? = nil
  ) {
    self.kind = kind
    self.path = path
    self.from = from
    self.to = to
    self.fromPosition = fromPosition
    self.toPosition = toPosition
  }

  /// Such as `subscription mail_logs: push host changed from 10.0.0.1 to 10.0.0.2`.
  public var text: String { self.subject + self.event }

  /// What it is about, such as `subscription mail_logs: push host`.
  public var subject: String {
    let modelled = self.path.count - self.elementNames
    var words = self.path.enumerated().map { index, word in
      index < modelled ? word.replacing("_", with: " ") : word
    }
    var lead: [String] = []
    if self.path.count > 1, let singular = Self.singulars[self.path[0]] {
      lead = [singular + " " + self.path[1]]
      words = Array(words.dropFirst(2))
    } else if self.path.count > 2, let singular = Self.singulars[self.path[1]] {
      lead = [words[0], singular + " " + self.path[2]]
      words = Array(words.dropFirst(3))
    }
    return ([self.scope].compactMap(\.self) + lead + words).map(escapingControls)
      .joined(separator: ": ")
  }

  private var event: String {
    let from = self.from.map(Self.shown)
    let to = self.to.map(Self.shown)
    let same = self.sameAs.map { ", the same as in \(escapingControls($0))" } ?? ""
    return self.happened(from, to) + same
  }

  private func happened(_ from: String?, _ to: String?) -> String {
    switch self.kind {
    case .added: return to.map { " set to \($0)" } ?? " added"
    case .removed: return from.map { " removed, was \($0)" } ?? " removed"
    case .changed: return " changed from \(from ?? "nothing") to \(to ?? "nothing")"
    case .moved: return " moved from \(from ?? "its place") to \(to ?? "another")"
    case .reordered: return " in another order"
    }
  }

  private static func shown(_ text: String) -> String {
    text.isEmpty ? "nothing" : escapingControls(text)
  }

  private static let singulars = [
    "interfaces": "interface", "users": "user", "bounce_profiles": "bounce profile",
    "smtp_routes": "SMTP route", "listeners": "listener", "subscriptions": "subscription",
    "recipients": "recipient", "headers": "header", "ports": "port", "routes": "route",
    "name_servers": "name server", "emptied": "emptied section", "kept": "element",
    "services": "service", "attributes": "attribute", "sections": "section",
  ]
}
