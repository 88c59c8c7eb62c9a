/// Names one text of a `TextArena`.
@frozen
public struct TextID: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline let index: UInt32

  @inlinable
  init(index: UInt32) {
    self.index = index
  }
}

/// The texts that log events name: UTF-8 without control bytes, owned by one appliance.
///
/// Populations (hosts, domains, policies) are interned once and stay. Transient texts (an alert's
/// subject, a status line) live until `releaseTransients`, which the owner calls after each rendered
/// batch; they can then be neither read nor freed twice.
///
/// No text can forge a log line: control bytes are stored as `\r`, `\n`, `\t` or `\xNN`.
public struct TextArena: Sendable {
  @usableFromInline
  struct Slot: Sendable, BitwiseCopyable {
    @usableFromInline let offset: UInt32
    @usableFromInline let length: UInt32

    @inlinable
    init(offset: UInt32, length: UInt32) {
      self.offset = offset
      self.length = length
    }
  }

  /// A longer text is cut to this many bytes, at a character's boundary.
  public static let textLengthMax = 8192

  private var bytes: [UInt8] = []
  private var slots: [Slot] = []
  private var permanentBytes = 0
  private var permanentSlots = 0

  /// An arena that holds nothing.
  public init() {}

  /// How many texts are held.
  public var count: Int { self.slots.count }

  /// Adds a text that stays.
  ///
  /// - Precondition: no transient text is held.
  public mutating func intern(_ text: String) -> TextID {
    precondition(self.slots.count == self.permanentSlots, "interning among transient texts")
    let id = self.append(text)
    self.permanentBytes = self.bytes.count
    self.permanentSlots = self.slots.count
    return id
  }

  /// Adds a text that lives until `releaseTransients`.
  public mutating func addTransient(_ text: String) -> TextID {
    self.append(text)
  }

  /// Forgets each transient text.
  public mutating func releaseTransients() {
    guard self.slots.count > self.permanentSlots else { return }
    self.bytes.removeSubrange(self.permanentBytes...)
    self.slots.removeSubrange(self.permanentSlots...)
  }

  /// The text as a string, for what a person reads.
  public func string(_ id: TextID) -> String {
    self.withView { view in String(decoding: view.text(id), as: UTF8.self) }
  }

  /// Gives `body` the texts' bytes, once a batch.
  public func withView<Result>(_ body: (borrowing TextView) -> Result) -> Result {
    self.bytes.withUnsafeBytes { bytes in
      self.slots.withUnsafeBufferPointer { slots in
        body(TextView(bytes: bytes, slots: slots))
      }
    }
  }

  private mutating func append(_ text: String) -> TextID {
    let start = self.bytes.count
    for character in text.unicodeScalars {
      let before = self.bytes.count
      self.appendEscaped(character)
      if self.bytes.count - start > Self.textLengthMax {
        self.bytes.removeSubrange(before...)
        break
      }
    }
    self.slots.append(
      Slot(offset: UInt32(start), length: UInt32(self.bytes.count - start)))
    return TextID(index: UInt32(self.slots.count - 1))
  }

  private mutating func appendEscaped(_ character: Unicode.Scalar) {
    switch character.value {
    case 0x0A: self.bytes.append(contentsOf: [0x5C, 0x6E])
    case 0x0D: self.bytes.append(contentsOf: [0x5C, 0x72])
    case 0x09: self.bytes.append(contentsOf: [0x5C, 0x74])
    case 0x00..<0x20, 0x7F:
      let hex = Array("0123456789abcdef".utf8)
      let value = Int(character.value)
      self.bytes.append(contentsOf: [0x5C, 0x78, hex[value >> 4], hex[value & 15]])
    default:
      self.bytes.append(contentsOf: UTF8.encode(character) ?? UTF8.encodedReplacementCharacter)
    }
  }
}

/// The bytes of an arena's texts, valid inside `TextArena.withView` alone.
@frozen
public struct TextView: ~Copyable {
  @usableFromInline let bytes: UnsafeRawBufferPointer
  @usableFromInline let slots: UnsafeBufferPointer<TextArena.Slot>

  @inlinable
  init(bytes: UnsafeRawBufferPointer, slots: UnsafeBufferPointer<TextArena.Slot>) {
    self.bytes = bytes
    self.slots = slots
  }

  /// The text's UTF-8 bytes.
  ///
  /// - Precondition: the arena holds `id`.
  @inlinable
  public func text(_ id: TextID) -> UnsafeRawBufferPointer {
    precondition(id.index < self.slots.count, "a text was released before it was read")
    let slot = self.slots[Int(id.index)]
    let start = Int(slot.offset)
    return UnsafeRawBufferPointer(rebasing: self.bytes[start..<start + Int(slot.length)])
  }
}
