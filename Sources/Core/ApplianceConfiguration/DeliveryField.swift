/// One setting of a push's delivery (docs/DELIVERY.md), an element of a namespace of our own inside
/// `syslog_push`.
///
/// Decoder, rules, outline, export, vocabulary, generator and a commit all read its row, so that
/// besides the row a setting stands only where the model holds it and where it takes effect.
public struct DeliveryField: Sendable {
  /// The namespace of the elements.
  public static let namespace = "urn:appliance-sim:delivery:1"

  /// What the element holds.
  public enum Kind: Sendable {
    /// One of these words.
    case word([String])
    /// `0` or `1`.
    case flag
    /// A whole number.
    case number(ClosedRange<Int>)
    /// A number of bytes, also with a suffix.
    case bytes(ClosedRange<Int>)
    /// A severity's name, or its number.
    case severity
    /// The path of a PEM file.
    case file
    /// A host's name or address.
    case host
  }

  /// Settings that belong together.
  public enum Topic: Sendable, CaseIterable {
    case mode, buffer, confirmation, form, severity, rate, socket, keepAlive, timeout
    case authority, clientCertificate, server

    /// Whether its settings count only with encryption.
    var isEncryption: Bool {
      switch self {
      case .authority, .clientCertificate, .server: true
      case .mode, .buffer, .confirmation, .form, .severity, .rate, .socket, .keepAlive, .timeout:
        false
      }
    }
  }

  /// What a commit that changes the setting does to a push that goes on.
  public enum Commit: Sendable {
    /// The subscription ends and another begins.
    case replaces
    /// Messages are otherwise from the next line on.
    case changesMessages
    /// The push goes on by a new connection.
    case reconnects
  }

  /// What has to be so where the setting is given.
  struct Need: Sendable {
    /// For a finding.
    let words: String
    let isMet: @Sendable (DeliverySettings) -> Bool
  }

  /// What the generator writes.
  public struct Samples: Sendable {
    /// How often the setting is drawn where it may stand, in thousandths.
    public internal(set) var permille = 300
    /// What is drawn, where that does not follow from the kind.
    public internal(set) var values: [String] = []
    /// What a number is drawn from, where its bounds are not it.
    public internal(set) var range: ClosedRange<Int>?
    /// Texts that are refused.
    public internal(set) var invalid: [String] = []
    /// Texts that contradict the protocol, or a push without encryption.
    public internal(set) var contradicting: [String] = []
    /// A text without effect where what the setting depends on is missing.
    public internal(set) var idle: String?
  }

  /// The element's, without prefix.
  public let name: String
  /// In the outline, where the unit is told too.
  public let outlineName: String
  /// What the element holds.
  public let kind: Kind
  /// What is in force where the element's text is not understood.
  public let fallback: OutlineNode.Value
  /// What is in force without the element; `nil` where that is no value of its own.
  public let absent: OutlineNode.Value?
  private let read: @Sendable (DeliverySettings) -> Setting<OutlineNode.Value>?
  private let write: @Sendable (inout DeliverySettings, Setting<OutlineNode.Value>) -> Void

  /// What it belongs to.
  public private(set) var topic = Topic.mode
  /// What a commit does.
  public private(set) var commit = Commit.reconnects
  /// Without it the setting has no effect.
  private(set) var need: Need?
  /// Without it the setting is a contradiction.
  private(set) var pair: Need?
  /// Why no datagram can have it.
  private(set) var streamReason: String?
  /// For the generator.
  public private(set) var samples = Samples()

  /// What a push has.
  public subscript(_ delivery: DeliverySettings) -> Setting<OutlineNode.Value>? {
    self.read(delivery)
  }

  /// Puts a value into a push's settings; a text that is none of the words changes nothing.
  public func set(_ setting: Setting<OutlineNode.Value>, in delivery: inout DeliverySettings) {
    self.write(&delivery, setting)
  }

  /// Whether only a connection can have it.
  public var needsStream: Bool { self.streamReason != nil }
}

// MARK: - Making rows

/// A value of a delivery setting, as the outline shows it.
protocol DeliveryValue: Hashable, Sendable {
  init?(_ value: OutlineNode.Value)
  var shown: OutlineNode.Value { get }
}

extension Setting {
  /// Another value in the same place and state.
  public func map<Other: Hashable & Sendable>(
    _ transform: (Value) -> Other
  ) -> Setting<Other> {
    Setting<Other>(transform(self.value), at: self.position, state: self.state)
  }
}

extension DeliveryField {
  /// A setting that always has a value.
  init<Value: DeliveryValue>(
    _ name: String, outline: String? = nil, _ kind: Kind,
    _ path: any WritableKeyPath<DeliverySettings, Setting<Value>> & Sendable
  ) {
    let absent = DeliverySettings()[keyPath: path].value.shown
    self.init(
      name: name, outlineName: outline ?? name, kind: kind, fallback: absent, absent: absent,
      read: { $0[keyPath: path].map(\.shown) },
      write: { delivery, setting in
        guard let value = Value(setting.value) else { return }
        delivery[keyPath: path] = setting.map { _ in value }
      })
  }

  /// A setting that may be without value.
  init<Value: DeliveryValue>(
    _ name: String, outline: String? = nil, _ kind: Kind,
    _ path: any WritableKeyPath<DeliverySettings, Setting<Value>?> & Sendable,
    notUnderstood fallback: Value
  ) {
    self.init(
      name: name, outlineName: outline ?? name, kind: kind, fallback: fallback.shown, absent: nil,
      read: { $0[keyPath: path]?.map(\.shown) },
      write: { delivery, setting in
        guard let value = Value(setting.value) else { return }
        delivery[keyPath: path] = setting.map { _ in value }
      })
  }

  private init(
    name: String, outlineName: String, kind: Kind, fallback: OutlineNode.Value,
    absent: OutlineNode.Value?,
    read: @escaping @Sendable (DeliverySettings) -> Setting<OutlineNode.Value>?,
    write: @escaping @Sendable (inout DeliverySettings, Setting<OutlineNode.Value>) -> Void
  ) {
    self.name = name
    self.outlineName = outlineName
    self.kind = kind
    self.fallback = fallback
    self.absent = absent
    self.read = read
    self.write = write
  }

  /// A setting that is one of the words of its type.
  static func words<Value: DeliveryValue & CaseIterable & RawRepresentable<String>>(
    _ name: String, outline: String? = nil,
    _ path: any WritableKeyPath<DeliverySettings, Setting<Value>> & Sendable
  ) -> DeliveryField {
    DeliveryField(name, outline: outline, .word(Value.allCases.map(\.rawValue)), path)
  }

  private func with(_ change: (inout DeliveryField) -> Void) -> DeliveryField {
    var field = self
    change(&field)
    return field
  }

  /// Makes it one of a topic; what a commit does is the same for most of a topic.
  func of(_ topic: Topic, _ commit: Commit) -> DeliveryField {
    self.with {
      $0.topic = topic
      $0.commit = commit
    }
  }

  /// Has no effect unless `isMet`; `words` say what is missing.
  func needing(
    _ words: String, idle sample: String, _ isMet: @escaping @Sendable (DeliverySettings) -> Bool
  ) -> DeliveryField {
    self.with {
      $0.need = Need(words: words, isMet: isMet)
      $0.samples.idle = sample
    }
  }

  /// Is a contradiction unless `isMet`; `words` say what stands there.
  func paired(
    _ words: String, _ isMet: @escaping @Sendable (DeliverySettings) -> Bool
  ) -> DeliveryField {
    self.with { $0.pair = Need(words: words, isMet: isMet) }
  }

  /// Cannot be of a datagram, since `reason`.
  func ofStreams(_ reason: String, not samples: String...) -> DeliveryField {
    self.with {
      $0.streamReason = reason
      $0.samples.contradicting = samples
    }
  }

  /// What the generator writes.
  func drawn(
    _ permille: Int = 300, _ values: String..., from range: ClosedRange<Int>? = nil
  ) -> DeliveryField {
    self.with {
      $0.samples.permille = permille
      $0.samples.values = values
      $0.samples.range = range
    }
  }

  /// Texts that the generator writes to be refused.
  func refusing(_ texts: String...) -> DeliveryField {
    self.refusing(texts)
  }

  func refusing(_ texts: [String]) -> DeliveryField {
    self.with { $0.samples.invalid = texts }
  }

  /// Texts that the generator writes to contradict a push without encryption.
  func contradicting(_ texts: String...) -> DeliveryField {
    self.with { $0.samples.contradicting = texts }
  }
}

extension Int: DeliveryValue {
  init?(_ value: OutlineNode.Value) {
    guard case .number(let number) = value else { return nil }
    self = number
  }

  var shown: OutlineNode.Value { .number(self) }
}

extension Bool: DeliveryValue {
  init?(_ value: OutlineNode.Value) {
    guard case .flag(let flag) = value else { return nil }
    self = flag
  }

  var shown: OutlineNode.Value { .flag(self) }
}

extension String: DeliveryValue {
  init?(_ value: OutlineNode.Value) {
    guard case .text(let text) = value else { return nil }
    self = text
  }

  var shown: OutlineNode.Value { .text(self) }
}

extension DeliveryValue where Self: RawRepresentable<String> {
  init?(_ value: OutlineNode.Value) {
    guard case .text(let word) = value else { return nil }
    self.init(rawValue: word)
  }

  var shown: OutlineNode.Value { .text(self.rawValue) }
}
