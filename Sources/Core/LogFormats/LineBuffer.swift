/// Bytes of lines under construction: grows, keeps its memory, and is copied only on purpose.
///
/// Each append makes room by itself; `reserve` once a line keeps that check cheap.
public struct LineBuffer: ~Copyable {
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var capacity: Int
  @usableFromInline var used = 0

  /// An empty buffer with room for `capacity` bytes.
  public init(capacity: Int = 4096) {
    self.capacity = max(capacity, 64)
    self.base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
  }

  deinit {
    self.base.deallocate()
  }

  /// How many bytes it holds.
  @inlinable
  public var count: Int { self.used }

  /// Makes room for `extra` more bytes.
  @inlinable
  public mutating func reserve(_ extra: Int) {
    if self.capacity - self.count < extra { self.grow(extra) }
  }

  @usableFromInline
  mutating func grow(_ extra: Int) {
    let wanted = max(self.capacity * 2, self.count + extra)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
    larger.copyMemory(from: self.base, byteCount: self.count)
    self.base.deallocate()
    self.base = larger
    self.capacity = wanted
  }

  /// Forgets the bytes and keeps the memory.
  public mutating func removeAll() {
    self.used = 0
  }

  /// Forgets the bytes from `count` on.
  public mutating func truncate(to count: Int) {
    precondition(count <= self.count, "a buffer cannot be truncated to more than it holds")
    self.used = count
  }

  /// Appends one byte.
  @inlinable
  public mutating func append(byte: UInt8) {
    self.reserve(1)
    self.base.storeBytes(of: byte, toByteOffset: self.count, as: UInt8.self)
    self.used += 1
  }

  /// Appends bytes as they are.
  @inlinable
  public mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let source = bytes.baseAddress else { return }
    self.reserve(bytes.count)
    (self.base + self.count).copyMemory(from: source, byteCount: bytes.count)
    self.used += bytes.count
  }

  /// Appends a literal's bytes.
  @inlinable
  public mutating func append(_ literal: StaticString) {
    self.append(
      UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Appends a string's UTF-8 bytes; for what is rare.
  public mutating func append(string: String) {
    var copy = string
    copy.withUTF8 { self.append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends a number in decimal.
  @inlinable
  public mutating func append(decimal number: UInt64) {
    self.reserve(20)
    var length = 1
    var limit: UInt64 = 10
    while number >= limit {
      length += 1
      let next = limit.multipliedReportingOverflow(by: 10)
      if next.overflow { break }
      limit = next.partialValue
    }
    var rest = number
    var offset = self.count + length
    repeat {
      offset -= 1
      let quotient = rest / 10
      self.base.storeBytes(
        of: UInt8(truncatingIfNeeded: rest &- quotient &* 10) &+ 0x30, toByteOffset: offset,
        as: UInt8.self)
      rest = quotient
    } while rest > 0
    self.used += length
  }

  /// Appends a number in decimal.
  @inlinable
  public mutating func append(decimal number: UInt32) {
    self.append(decimal: UInt64(number))
  }

  /// Gives `body` the bytes.
  @inlinable
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    body(UnsafeRawBufferPointer(start: self.base, count: self.count))
  }

  /// A copy of the bytes.
  public var array: [UInt8] {
    self.withUnsafeBytes { Array($0) }
  }
}

// The buffer owns its memory alone.
extension LineBuffer: @unchecked Sendable {}
