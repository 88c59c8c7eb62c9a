/// Holds the times that a mail log announces against its own stamps: `pending till`, `t=`, and the
/// time-outs of idle connections.
///
/// Steps of the clock are read from the log itself and subtracted. Lines are those of a log file,
/// in a zone whose offset does not change.
public struct MailLogIntervals {
  /// What is announced.
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case retry, quarantine, idleSession, idleDelivery
  }

  private struct Moment {
    /// Stamp less the steps of the clock until then, in seconds.
    let elapsed: Int64
    let steps: Int
  }

  /// What does not hold, the first few.
  public private(set) var problems: [String] = []
  /// How many of each kind were held against stamps.
  public private(set) var checked: [Kind: Int] = [:]
  /// How often the clock was set.
  public private(set) var steps = 0
  private var offset: Int64 = 0
  private var last = Moment(elapsed: .min, steps: 0)
  private var sessions: [Substring: Moment] = [:]
  private var quarantined: [Substring: Moment] = [:]
  private var pending: [Substring: Moment] = [:]
  private var deliveries: [Substring: Moment] = [:]
  /// Over which delivery connection a message goes.
  private var under: [Substring: Substring] = [:]

  /// Nothing read yet.
  public init() {}

  /// A log that has been read.
  public init(_ lines: some Sequence<some StringProtocol>) {
    for line in lines { self.read(String(line)) }
  }

  /// Reads the next line.
  public mutating func read(_ line: String) {
    guard let second = LogStamp.second(ofCtime: Substring(line.utf8.prefix(24))) else {
      return self.complain("no stamp", line)
    }
    let words = line.utf8.dropFirst(25).split(separator: 0x20).map { Substring($0) }
    if words.starts(with: ["Info:", "The", "system", "time", "was", "changed", "from"]) {
      self.clockWasSet(words, line)
    }
    let now = Moment(elapsed: second - self.offset, steps: self.steps)
    if now.elapsed < self.last.elapsed - self.slack(self.last, now) {
      self.complain("the stamp goes back", line)
    }
    self.last = now
    self.readConnection(words, now, line)
    self.readMessage(words, now, line)
  }

  private mutating func readConnection(_ words: [Substring], _ now: Moment, _ line: String) {
    func follows(_ word: String) -> Substring? {
      words.firstIndex { $0 == word }.flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil }
    }
    if words.dropFirst().starts(with: ["New", "SMTP", "ICID"]) {
      self.sessions[follows("ICID") ?? ""] = now
    } else if words.contains("injected"),
      line.contains("no messages injected within timeout period"),
      let begun = self.sessions[follows("ICID") ?? ""]
    {
      self.expect(.idleSession, begun, now, is: [300], line)
    } else if let dcid = follows("DCID") ?? follows("DCID:") {
      if words.last == "close", let since = self.deliveries.removeValue(forKey: dcid) {
        self.expect(.idleDelivery, since, now, is: [0, 5], line)
      } else {
        self.deliveries[dcid] = now
      }
    }
  }

  private mutating func readMessage(_ words: [Substring], _ now: Moment, _ line: String) {
    let mid = words.firstIndex { $0 == "MID" }.flatMap {
      $0 + 1 < words.count ? words[$0 + 1] : nil
    }
    if let mid, words[1] == "Delivery", let place = words.firstIndex(of: "DCID") {
      self.under[mid] = words[place + 1]
    }
    // The one line at the end of a delivery that does not name its connection.
    if let mid, words[1] == "Double", let dcid = self.under[mid] { self.deliveries[dcid] = now }
    let attempts: Set<Substring> = ["Delivery", "Delayed:", "Bounced:", "Double"]
    if words.count > 4, words[1] == "Message", words.contains("pending") {
      guard let till = LogStamp.second(ofCtime: Substring(line.utf8.suffix(24))) else {
        return self.complain("no time", line)
      }
      self.pending[words[2]] = Moment(elapsed: till - self.offset, steps: self.steps)
    } else if let mid, attempts.contains(words[1]), let till = self.pending.removeValue(forKey: mid)
    {
      self.expect(.retry, till, now, is: [0], line)
    } else if let mid, words.contains("quarantined") {
      self.quarantined[mid] = now
    } else if let mid, words.contains("released"), !words.contains("all"), let last = words.last,
      last.hasPrefix("t="), let seconds = Int64(last.dropFirst(2)),
      let begun = self.quarantined.removeValue(forKey: mid)
    {
      self.expect(.quarantine, begun, now, is: [seconds], line)
    }
  }

  /// Stamps and steps are told in whole seconds: across a step one may be missing.
  private func slack(_ first: Moment, _ second: Moment) -> Int64 {
    Int64(second.steps - first.steps)
  }

  private mutating func expect(
    _ kind: Kind, _ first: Moment, _ second: Moment, is allowed: [Int64], _ line: String
  ) {
    self.checked[kind, default: 0] += 1
    let found = second.elapsed - first.elapsed
    let slack = self.slack(first, second)
    if !allowed.contains(where: { abs(found - $0) <= slack }) {
      self.complain("\(kind.rawValue): found \(found) s, announced \(allowed)", line)
    }
  }

  private mutating func complain(_ words: String, _ line: String) {
    if self.problems.count < 20 { self.problems.append("\(words): \(line)") }
  }

  private mutating func clockWasSet(_ words: [Substring], _ line: String) {
    // Info: The system time was changed from Thu, 25 Jun 2015 08:50:15 to Thu, 25 Jun 2015 07:50:15
    guard words.count == 18,
      let from = LogStamp.second(day: words[8], words[9], words[10], words[11]),
      let to = LogStamp.second(day: words[14], words[15], words[16], words[17])
    else { return self.complain("no step", line) }
    self.offset += to - from
    self.steps += 1
  }
}

/// Stamps of log lines, read.
public enum LogStamp {
  /// The local second since 1970 of `Thu Jun 25 08:50:03 2015`; `nil` for anything else.
  public static func second(ofCtime text: Substring) -> Int64? {
    let words = text.utf8.split(separator: 0x20).map { Substring($0) }
    guard words.count == 5 else { return nil }
    return self.second(day: words[2], words[1], words[4], words[3])
  }

  static func second(
    day: Substring, _ month: Substring, _ year: Substring, _ time: Substring
  ) -> Int64? {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let parts = time.utf8.split(separator: 0x3A).compactMap { Int64(Substring($0)) }
    guard let day = Int64(day), let year = Int64(year), parts.count == 3,
      let index = months.firstIndex(where: { $0 == month })
    else { return nil }
    // Years begin in March, so that a leap day is a year's last.
    let shiftedMonth = Int64((index + 10) % 12)
    let shiftedYear = index < 2 ? year - 1 : year
    let days =
      shiftedYear * 365 + shiftedYear / 4 - shiftedYear / 100 + shiftedYear / 400
      + (153 * shiftedMonth + 2) / 5 + day - 719_469
    return days * 86_400 + parts[0] * 3600 + parts[1] * 60 + parts[2]
  }
}
