/// How often each state and each exit of each machine was reached.
struct Coverage: Sendable {
  enum Machine: String, CaseIterable, Sendable {
    case tcpState = "TCP state"
    case tcpExit = "TCP exit"
    case connectFailure = "connect failure"
    case linkState = "link state"
    case linkExit = "link exit"
    case linkCause = "link failure"
    case receiver = "syslog receiver"
    case smtpClient = "SMTP client"
    case smtpServer = "SMTP server"
    case middlebox = "middlebox"
    case planned = "fault planned"
    case struck = "fault struck"
    case addresses = "address list"
    case commit
  }

  struct Key: Hashable, Sendable {
    let machine: Machine
    let what: String
  }

  private(set) var counts: [Key: Int] = [:]
  /// The first seed that reached it; 0 within one run.
  private(set) var seeds: [Key: UInt64] = [:]

  mutating func count(_ machine: Machine, _ what: String) {
    self.counts[Key(machine: machine, what: what), default: 0] += 1
  }

  mutating func merge(_ other: Coverage, seed: UInt64) {
    for key in other.counts.keys where self.seeds[key] == nil { self.seeds[key] = seed }
    self.counts.merge(other.counts, uniquingKeysWith: +)
  }

  subscript(_ machine: Machine, _ what: String) -> Int {
    self.counts[Key(machine: machine, what: what)] ?? 0
  }

  /// One row a thing that is expected or was seen: how often, by which seed first, and what.
  func table(expected: [Key]) -> String {
    let rows = Set(expected).union(self.counts.keys)
      .sorted {
        ($0.machine.rank, $0.what) < ($1.machine.rank, $1.what)
      }
    return rows.map { key in
      let count = String(self.counts[key] ?? 0)
      let pad = String(repeating: " ", count: max(1, 10 - count.count))
      let name = key.machine.rawValue
      let seed = String(self.seeds[key] ?? 0)
      return pad + count + String(repeating: " ", count: max(1, 8 - seed.count)) + seed + "  "
        + name + String(repeating: " ", count: 17 - name.count) + key.what
    }.joined(separator: "\n")
  }
}

extension Coverage.Machine {
  fileprivate var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
