public import Simulation

/// A part of an alert's text that differs from one to the next.
public enum AlertParameter: String, Hashable, Sendable, CaseIterable {
  /// The log subscription's name.
  case subscription
  /// The server as configured.
  case host
  /// Why, in the words of the log.
  case reason
  /// Which lines are dropped.
  case lines
}

/// The text of an alert with its parameters in braces, such as `Subscription {subscription}: ...`.
public struct AlertTemplate: Hashable, Sendable {
  /// The text.
  public let text: String

  /// A template of this text.
  public init(text: String) {
    self.text = text
  }

  /// The parameters in it, each as often as it stands there.
  public var parameters: [AlertParameter] {
    self.pieces.compactMap { if case .parameter(let parameter) = $0 { parameter } else { nil } }
  }

  /// The text with these values; a parameter without one stays as it stands.
  public func filled(by values: [AlertParameter: String]) -> String {
    self.pieces.reduce(into: "") { text, piece in
      switch piece {
      case .text(let words): text += words
      case .parameter(let parameter): text += values[parameter] ?? "{\(parameter.rawValue)}"
      }
    }
  }

  private enum Piece {
    case text(Substring)
    case parameter(AlertParameter)
  }

  /// A brace that holds no parameter's name is text.
  private var pieces: [Piece] {
    var pieces: [Piece] = []
    var text = Substring()
    var rest = self.text[...]
    while let open = rest.firstIndex(of: "{") {
      text += rest[..<open]
      let inside = rest[rest.index(after: open)...]
      if let close = inside.firstIndex(of: "}"),
        let parameter = AlertParameter(rawValue: String(inside[..<close]))
      {
        pieces += [.text(text), .parameter(parameter)]
        text = ""
        rest = inside[inside.index(after: close)...]
      } else {
        text += "{"
        rest = inside
      }
    }
    return pieces + [.text(text + rest)]
  }
}

/// A row of the appliance's catalogue of alerts.
public struct AlertRow: Hashable, Sendable {
  /// What subscribers choose by, and what the appliance calls it.
  public let definition: AlertDefinition
  /// What it says.
  public let template: AlertTemplate
  /// Two alerts of this row are duplicates when these are the same; a figure that grows is none
  /// of them.
  public let duplicateKey: [AlertParameter]
  /// The release from which on it is known.
  public let release: String
  /// Where its words are from.
  public let evidence: Evidence
}

/// Which alert of the appliance's catalogue.
///
/// A new one is a case here with its row, a case of `AlertEvent` with what fills it, and a row in
/// docs/FIDELITY.md where its words are ours.
public enum AlertID: String, Hashable, Sendable, CaseIterable {
  case pushBroken, pushRefusedByTLS, pushNotConnected
  case logFileUnwritable, diskBufferUnwritable, diskBufferFull
  case fileServerNotReached, fileNotSent

  /// What the catalogue says of it.
  public var row: AlertRow {
    switch self {
    case .pushBroken:
      Self.logError(
        "Network error while sending log data to syslog server", [],
        Evidence(.documented, "the vendor's account of an IPS on the path"))
    case .pushRefusedByTLS:
      Self.logError(
        "Network error while sending log data to syslog server: {reason}", [.reason],
        Evidence(.ours, "pushes by TLS are not the appliance's"))
    case .pushNotConnected:
      Self.logError(
        "Failed to connect to {host}: {reason}", [.host, .reason],
        Evidence(.observed, "the subject of release 14.0, cut after `Failed to connect to 10.`"))
    case .logFileUnwritable:
      Self.logError(
        "Could not write to its log file: {reason}", [.reason],
        Evidence(.ours, "FIDELITY, Full disk"))
    case .diskBufferUnwritable:
      Self.logError(
        "Could not write to its disk buffer: {reason}", [.reason],
        Evidence(.ours, "FIDELITY, Full disk and a push"))
    case .diskBufferFull:
      Self.logError(
        "The disk buffer is full, {lines} lines are dropped", [.lines],
        Evidence(.ours, "FIDELITY, A disk buffer that is full"))
    case .fileServerNotReached:
      Self.logError(
        "Failed to connect to {host}: {reason}", [.host, .reason],
        Evidence(.ours, "FIDELITY, FTP push, SCP push"))
    case .fileNotSent:
      Self.logError(
        "Failed to send a log file to {host}: {reason}", [.host, .reason],
        Evidence(.ours, "FIDELITY, FTP push, SCP push"))
    }
  }

  private static func logError(
    _ words: String, _ key: [AlertParameter], _ evidence: Evidence
  ) -> AlertRow {
    AlertRow(
      definition: .logError,
      template: AlertTemplate(text: "Log Error: Subscription {subscription}: " + words),
      duplicateKey: [.subscription] + key, release: "8.0.1", evidence: evidence)
  }
}
