internal import Simulation
import LogModel

/// Where the next byte of a line goes; room for the longest line was made beforehand.
///
/// Writes without a check of their own: one line has at most `textsMax` texts, a text at most
/// `TextArena.textLengthMax` bytes, and the fixed words with their numbers at most `wordsBytesMax`.
struct LineCursor {
  /// The most texts that one line may name.
  static let textsMax = 4
  /// Room for the words and numbers of one line; 64 recipients in brackets take 250 bytes.
  static let wordsBytesMax = 1024
  /// Room for one line.
  static let lineBytesMax = wordsBytesMax + textsMax * TextArena.textLengthMax

  private(set) var next: UnsafeMutableRawPointer
  private let end: UnsafeMutableRawPointer

  @inline(__always)
  fileprivate init(next: UnsafeMutableRawPointer, end: UnsafeMutableRawPointer) {
    self.next = next
    self.end = end
  }

  /// Writes a literal.
  @inline(__always)
  mutating func write(_ literal: StaticString) {
    let count = literal.utf8CodeUnitCount
    assert(count <= self.end - self.next, "a line outgrew its room")
    self.next.copyMemory(from: literal.utf8Start, byteCount: count)
    self.next += count
  }

  /// Writes a text of the arena.
  @inline(__always)
  mutating func write(_ text: TextID, _ texts: borrowing TextView) {
    let bytes = texts.text(text)
    guard let source = bytes.baseAddress else { return }
    assert(bytes.count <= self.end - self.next, "a line outgrew its room")
    self.next.copyMemory(from: source, byteCount: bytes.count)
    self.next += bytes.count
  }

  /// Writes one byte.
  @inline(__always)
  mutating func write(byte: UInt8) {
    assert(self.next < self.end, "a line outgrew its room")
    self.next.storeBytes(of: byte, as: UInt8.self)
    self.next += 1
  }

  /// Writes a string; for what is rare.
  mutating func write(string: String) {
    for byte in string.utf8 { self.write(byte: byte) }
  }
}

extension LineBuffer {
  /// A cursor behind the last byte, with room for one line; give it back by `finish`.
  @inline(__always)
  mutating func beginLine() -> LineCursor {
    self.reserve(LineCursor.lineBytesMax)
    return LineCursor(next: self.base + self.used, end: self.base + self.capacity)
  }

  /// Takes over what the cursor wrote.
  @inline(__always)
  mutating func finish(_ cursor: LineCursor) {
    self.used = cursor.next - self.base
  }
}

// MARK: - Numbers and addresses

/// `00` to `99`, the digits of each number below 100.
private let digitPairs: StaticString =
  """
  00010203040506070809101112131415161718192021222324252627282930313233343536373839\
  40414243444546474849505152535455565758596061626364656667686970717273747576777879\
  8081828384858687888990919293949596979899
  """

extension LineCursor {
  /// Writes a number in decimal.
  @inline(__always)
  mutating func write(_ number: UInt32) {
    if number < 10 {
      self.write(byte: UInt8(truncatingIfNeeded: number) &+ 0x30)
      return
    }
    self.writeDigits(number)
  }

  private mutating func writeDigits(_ number: UInt32) {
    let count = Self.digitCount(number)
    assert(count <= self.end - self.next, "a line outgrew its room")
    let pairs = UnsafeRawPointer(digitPairs.utf8Start)
    var rest = number
    var place = self.next + count
    while rest >= 10 {
      let quotient = rest / 100
      let pair = Int(truncatingIfNeeded: rest &- quotient &* 100)
      place -= 2
      place.copyMemory(from: pairs + pair * 2, byteCount: 2)
      rest = quotient
    }
    if place > self.next {
      self.next.storeBytes(of: UInt8(truncatingIfNeeded: rest) &+ 0x30, as: UInt8.self)
    }
    self.next += count
  }

  @inline(__always)
  private static func digitCount(_ number: UInt32) -> Int {
    if number < 100_000 {
      if number < 100 { return number < 10 ? 1 : 2 }
      if number < 1000 { return 3 }
      return number < 10_000 ? 4 : 5
    }
    if number < 10_000_000 { return number < 1_000_000 ? 6 : 7 }
    if number < 100_000_000 { return 8 }
    return number < 1_000_000_000 ? 9 : 10
  }

  /// Writes the lowest `digits` hexadecimal digits in capitals.
  mutating func writeHex(_ number: UInt64, digits: Int) {
    let alphabet: StaticString = "0123456789ABCDEF"
    assert(digits <= self.end - self.next, "a line outgrew its room")
    var rest = number
    for place in stride(from: digits - 1, through: 0, by: -1) {
      self.next.storeBytes(
        of: alphabet.utf8Start[Int(rest & 15)], toByteOffset: place, as: UInt8.self)
      rest >>= 4
    }
    self.next += digits
  }

  /// Writes dotted decimal.
  mutating func write(_ address: IPv4Address) {
    self.write(address.bits >> 24)
    self.write(byte: 0x2E)
    self.write(address.bits >> 16 & 255)
    self.write(byte: 0x2E)
    self.write(address.bits >> 8 & 255)
    self.write(byte: 0x2E)
    self.write(address.bits & 255)
  }

  /// Writes an address without its angle brackets; nothing for a null sender.
  @inline(__always)
  mutating func write(_ address: EnvelopeAddress, _ texts: borrowing TextView) {
    let before = self.next
    self.write(address.localPart, texts)
    if address.localNumber != 0 { self.write(address.localNumber) }
    guard self.next != before else { return }
    self.write(byte: 0x40)
    self.write(address.domain, texts)
  }

  /// Writes recipients as Python prints a list: `[0, 1]`.
  @inline(__always)
  mutating func write(_ recipients: RIDSet) {
    if recipients.bits == 1 {
      self.write("[0]")
    } else {
      self.writeList(recipients)
    }
  }

  private mutating func writeList(_ recipients: RIDSet) {
    self.write(byte: 0x5B)
    var rest = recipients.bits
    while rest != 0 {
      self.write(UInt32(rest.trailingZeroBitCount))
      rest &= rest - 1
      if rest != 0 { self.write(", ") }
    }
    self.write(byte: 0x5D)
  }
}
