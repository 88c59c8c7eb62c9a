import LogDelivery

/// What was pushed is what was logged, in its order.
struct StreamCheck {
  private static let headers = ["Info: Begin Logfile", "Info: Version: ", "Info: Time offset"]

  let record: SwarmRecord
  private let files: [String: [UInt8]]
  /// Their names, in the order in which they were begun.
  private let order: [String]
  /// Nothing was refused, so that each connection has a run of the log without gaps.
  private let isWhole: Bool
  /// What was logged, header lines left out, by subscription.
  private(set) var logs: [String: [Substring]] = [:]
  /// How far the connections of a subscription have come in its log.
  var positions: [String: Int] = [:]
  /// What the servers' programs read of the pushes that have a disk buffer, by subscription.
  var read: [String: Set<Substring>] = [:]

  init(record: SwarmRecord, files: [String: [UInt8]], order: [String], isWhole: Bool) {
    self.record = record
    self.files = files
    self.order = order
    self.isWhole = isWhole
  }

  mutating func log(_ name: String) -> [Substring] {
    if let known = self.logs[name] { return known }
    let names = self.order.filter { $0.hasPrefix(name + "/") }
    let lines = names.flatMap { file in
      String(decoding: self.files[file] ?? [], as: UTF8.self).split(separator: "\n")
        .map { $0.dropFirst(25) }
    }
    .filter { line in !Self.headers.contains { line.hasPrefix($0) } }
    self.logs[name] = lines
    return lines
  }

  /// The body of a line on the wire: `<22>Jun 25 08:50:03 NAME: ` stands before it, or
  /// `<22>1 2015-06-25T08:50:03+02:00 HOST NAME - - - `.
  private static func body(_ line: Substring, _ name: String) -> Substring? {
    guard line.hasPrefix("<"), let end = line.firstIndex(of: ">") else { return nil }
    let message = line[line.index(after: end)...]
    if message.hasPrefix("1 ") {
      let rest = message.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false)
      let lead = name + " - - - "
      guard rest.count == 4, rest[3].hasPrefix(lead) else { return nil }
      return rest[3].dropFirst(lead.count)
    }
    let rest = message.dropFirst(16)
    let lead = name + ": "
    return rest.hasPrefix(lead) ? rest.dropFirst(lead.count) : nil
  }

  /// All that one connection was given, the next of its subscription's.
  mutating func stream(_ bytes: [UInt8], _ name: String) {
    let log = self.log(name)
    let bodies = self.bodies(bytes[...], name)
    let from = self.positions[name] ?? 0
    guard
      let end = self.isWhole
        ? Self.run(bodies, in: log[from...]) : Self.order(bodies, in: log[from...])
    else {
      return self.record.require(
        false, .streamIsLog,
        "\(name): \(bodies.count) lines from \(bodies.first ?? "") to \(bodies.last ?? "") are not"
          + " in the log behind its line \(from)")
    }
    self.positions[name] = end
  }

  /// The lines of a stream without those of the header.
  func bodies(_ bytes: ArraySlice<UInt8>, _ name: String) -> [Substring] {
    // What the socket did not take any more is cut.
    let lines = String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return lines.compactMap { line in
      let body = Self.body(line, name)
      self.record.require(body != nil, .streamIsLog, "\(name): no line of it: \(line)")
      return body.flatMap { body in
        Self.headers.contains { body.hasPrefix($0) } ? nil : body
      }
    }
  }

  /// Lines count as received when the server's program has read them, and no header line does.
  func receipt(_ connection: ConnectionRecord, _ read: ArraySlice<UInt8>, _ name: String) {
    let lines = self.bodies(read, name).count
    self.record.require(
      connection.received <= UInt64(lines), .recordsSound,
      "\(name): \(connection.received) lines received, \(lines) read")
  }

  /// The end of the first place where the lines stand without a gap.
  private static func run(_ lines: [Substring], in log: ArraySlice<Substring>) -> Int? {
    guard let first = lines.first else { return log.startIndex }
    for start in log.indices where log[start] == first && start + lines.count <= log.endIndex {
      if log[start..<start + lines.count].elementsEqual(lines) { return start + lines.count }
    }
    return nil
  }

  static func order(_ lines: [Substring], in log: ArraySlice<Substring>) -> Int? {
    var position = log.startIndex
    for line in lines {
      guard let found = log[position...].firstIndex(of: line) else { return nil }
      position = found + 1
    }
    return position
  }

  /// What a host received; lines of these subscriptions came by datagram, in any order.
  ///
  /// - Parameters:
  ///   - isCut: whether the host keeps the beginning of each only.
  ///   - streamed: those of them that a commit had in streams too, whose last lines may be cut.
  mutating func datagrams(
    _ bytes: [UInt8], of names: [String], isCut: Bool, alsoByStream streamed: Set<String>
  ) {
    let known = names.map { (name: $0, lines: Set(self.log($0))) }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      for (name, lines) in known {
        guard let body = Self.body(line, name) else { continue }
        let isCut = isCut || streamed.contains(name)
        let isHeader = Self.headers.contains { body.hasPrefix($0) || (isCut && $0.hasPrefix(body)) }
        let isLogged = lines.contains(body) || (isCut && lines.contains { $0.hasPrefix(body) })
        self.record.require(
          isHeader || isLogged, .datagramIsLog, "\(name): not logged: \(body)")
      }
    }
  }
}
