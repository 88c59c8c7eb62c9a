/// What a name server says of a question.
public enum DNSAnswer: Hashable, Sendable {
  /// The name's IPv4 addresses, the first octet in the highest byte; none when it has only others.
  case addresses([UInt32])
  /// NXDOMAIN.
  case nameError
  /// SERVFAIL.
  case serverFailure
}

/// The DNS messages of an address lookup over UDP: one question of type A, class IN.
///
/// Source: RFC 1035 section 4.
public enum DNSMessage {
  /// The largest message over UDP (RFC 1035 section 2.3.4).
  public static let bytesMax = 512
  /// Seconds that an answer holds; the resolver asks each time (docs/FIDELITY.md, "Names").
  static let timeToLive: UInt32 = 60

  private static let headerBytes = 12
  private static let typeA: UInt16 = 1
  private static let classIN: UInt16 = 1
  /// What is wanted: recursion.
  private static let queryFlags: UInt16 = 0x0100
  /// A response to it, recursion available.
  private static let responseFlags: UInt16 = 0x8180

  /// The question for a name's addresses.
  ///
  /// - Returns: `nil` when a label has not 1 to 63 bytes or the name is longer than 253.
  public static func query(id: UInt16, name: String) -> [UInt8]? {
    guard let question = self.question(name) else { return nil }
    return self.header(id: id, flags: self.queryFlags, answers: 0) + question
  }

  /// Reads a question: its number and its name in lower case.
  ///
  /// - Returns: `nil` for what is no question of type A with one name.
  public static func readQuery(_ bytes: [UInt8]) -> (id: UInt16, name: String)? {
    guard bytes.count >= self.headerBytes, bytes.count <= self.bytesMax,
      self.word(2, bytes) & 0xF800 == 0, self.word(4, bytes) == 1,
      let (name, end) = self.name(bytes, at: self.headerBytes), end + 4 <= bytes.count,
      self.word(end, bytes) == self.typeA, self.word(end + 2, bytes) == self.classIN
    else { return nil }
    return (self.word(0, bytes), name)
  }

  /// The answer to a question; of many addresses as many as fit.
  ///
  /// - Returns: `nil` as `query` does.
  public static func response(id: UInt16, name: String, _ answer: DNSAnswer) -> [UInt8]? {
    guard let question = self.question(name) else { return nil }
    var addresses: [UInt32] = []
    var code: UInt16 = 0
    switch answer {
    case .addresses(let all):
      addresses = Array(all.prefix((self.bytesMax - self.headerBytes - question.count) / 16))
    case .serverFailure: code = 2
    case .nameError: code = 3
    }
    var bytes = self.header(
      id: id, flags: self.responseFlags | code, answers: UInt16(addresses.count))
    bytes += question
    for address in addresses {
      // The name is the question's.
      self.append(0xC000 | UInt16(self.headerBytes), to: &bytes)
      self.append(self.typeA, to: &bytes)
      self.append(self.classIN, to: &bytes)
      self.append(UInt16(self.timeToLive >> 16), to: &bytes)
      self.append(UInt16(self.timeToLive & 0xFFFF), to: &bytes)
      self.append(4, to: &bytes)
      self.append(UInt16(address >> 16), to: &bytes)
      self.append(UInt16(address & 0xFFFF), to: &bytes)
    }
    return bytes
  }

  /// Reads an answer: its number and what it says.
  ///
  /// - Returns: `nil` for what is no whole response; another code than the known ones is a failure.
  public static func readResponse(_ bytes: [UInt8]) -> (id: UInt16, answer: DNSAnswer)? {
    guard bytes.count >= self.headerBytes, self.word(2, bytes) & 0x8000 != 0,
      self.word(4, bytes) == 1, let (_, end) = self.name(bytes, at: self.headerBytes)
    else { return nil }
    let id = self.word(0, bytes)
    switch self.word(2, bytes) & 0x000F {
    case 0: break
    case 3: return (id, .nameError)
    default: return (id, .serverFailure)
    }
    var place = end + 4
    var addresses: [UInt32] = []
    for _ in 0..<self.word(6, bytes) {
      guard let (_, end) = self.name(bytes, at: place), end + 10 <= bytes.count else { return nil }
      let length = Int(self.word(end + 8, bytes))
      guard end + 10 + length <= bytes.count else { return nil }
      if self.word(end, bytes) == self.typeA, length == 4 {
        addresses.append(
          UInt32(self.word(end + 10, bytes)) << 16 | UInt32(self.word(end + 12, bytes)))
      }
      place = end + 10 + length
    }
    return (id, .addresses(addresses))
  }

  private static func header(id: UInt16, flags: UInt16, answers: UInt16) -> [UInt8] {
    var bytes: [UInt8] = []
    for word in [id, flags, 1, answers, 0, 0] { self.append(word, to: &bytes) }
    return bytes
  }

  private static func question(_ name: String) -> [UInt8]? {
    guard !name.isEmpty, name.utf8.count <= 253 else { return nil }
    var bytes: [UInt8] = []
    for label in name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
      guard (1...63).contains(label.count) else { return nil }
      bytes.append(UInt8(label.count))
      bytes += label
    }
    bytes.append(0)
    self.append(self.typeA, to: &bytes)
    self.append(self.classIN, to: &bytes)
    return bytes
  }

  /// A name, and where what is behind it begins. Pointers lead back only: none goes in circles.
  private static func name(_ bytes: [UInt8], at start: Int) -> (name: String, end: Int)? {
    var labels: [String] = []
    var length = 0
    var place = start
    var end: Int?
    while place < bytes.count {
      let count = Int(bytes[place])
      switch count {
      case 0: return (labels.joined(separator: "."), end ?? place + 1)
      case 1...63:
        length += count + 1
        guard place + 1 + count <= bytes.count, length <= 254 else { return nil }
        let label = String(decoding: bytes[(place + 1)...(place + count)], as: UTF8.self)
        labels.append(label.lowercased())
        place += 1 + count
      case 0xC0...:
        guard place + 1 < bytes.count else { return nil }
        let target = Int(self.word(place, bytes) & 0x3FFF)
        guard target < place else { return nil }
        end = end ?? place + 2
        place = target
      default: return nil
      }
    }
    return nil
  }

  private static func append(_ word: UInt16, to bytes: inout [UInt8]) {
    bytes.append(UInt8(word >> 8))
    bytes.append(UInt8(word & 0xFF))
  }

  private static func word(_ place: Int, _ bytes: [UInt8]) -> UInt16 {
    UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
  }
}
