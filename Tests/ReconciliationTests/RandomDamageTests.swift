import Reconciliation
import Simulation
import Testing

/// Random logs with random damage of known extent: the figures must equal what was done.
@Suite struct RandomDamageTests {
  /// A received line and the logged one that it comes from.
  private struct Arrival {
    var line: TestLine
    /// `nil` for a line that nobody logged.
    let origin: Int?
    var isCopy = false
  }

  private struct Damage {
    var arrivals: [Arrival] = []
    var missing = 0
    var cut = 0
    var altered = 0
    var duplicated = 0
    var foreign = 0
  }

  private static let words = [
    "ready", "queued", "interface", "address", "bytes", "delivery", "policy", "scanned", "clean",
    "attachment", "response", "from", "remote", "closed",
  ]

  private static func distinctLog(_ random: inout SeededGenerator, count: Int) -> [TestLine] {
    (0..<count).map { number in
      let text = (0..<random.uniform(in: 4...12)).map { _ in
        self.words[random.uniform(in: 0...self.words.count - 1)]
      }
      return TestLine(
        body: "Info: MID \(100_000 + number * 7) \(text.joined(separator: " ")) end",
        second: number / 9)
    }
  }

  /// Replaces one to three bytes behind the mail's number.
  private static func altered(_ body: String, _ random: inout SeededGenerator) -> String {
    var bytes = Array(body.utf8)
    for _ in 0..<random.uniform(in: 1...3) {
      bytes[random.uniform(in: 18...bytes.count - 1)] = 0x23
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func damage(
    _ log: [TestLine], _ random: inout SeededGenerator, permille: Int
  ) -> Damage {
    var damage = Damage()
    var number = 0
    while number < log.count {
      if random.chance(permille: permille) {
        self.harm(log, &number, &damage, &random)
      } else {
        damage.arrivals.append(Arrival(line: log[number], origin: number))
        number += 1
      }
    }
    return damage
  }

  private static func harm(
    _ log: [TestLine], _ number: inout Int, _ damage: inout Damage,
    _ random: inout SeededGenerator
  ) {
    var arrival = Arrival(line: log[number], origin: number)
    switch random.uniform(below: 6) {
    case 0:
      let lost = min(random.uniform(in: 1...20), log.count - number)
      damage.missing += lost
      number += lost
      return
    case 1:
      arrival.line.body = String(
        arrival.line.body.prefix(random.uniform(in: 20...arrival.line.body.count - 5)))
      // A blank at the end is no part of a text.
      damage.cut += 1
      damage.arrivals.append(arrival)
    case 2:
      arrival.line.body = self.altered(arrival.line.body, &random)
      damage.altered += 1
      damage.arrivals.append(arrival)
    case 3:
      damage.arrivals.append(
        Arrival(
          line: TestLine(body: "sshd[\(number)]: Accepted publickey for operator", second: 0),
          origin: nil))
      damage.foreign += 1
      return
    case 4:
      // What was sent last is sent again.
      let again = damage.arrivals.suffix(random.uniform(in: 1...30)).filter {
        $0.origin.map { log[$0] } == $0.line && !$0.isCopy
      }
      damage.duplicated += again.count
      damage.arrivals += again.map { Arrival(line: $0.line, origin: $0.origin, isCopy: true) }
      damage.arrivals.append(arrival)
    default:
      let index = max(0, damage.arrivals.count - random.uniform(in: 1...200))
      damage.arrivals.insert(arrival, at: index)
    }
    number += 1
  }

  /// The fewest lines to move, by trying each predecessor. A copy that comes before its original
  /// takes its place.
  private static func naiveReordered(_ arrivals: [Arrival]) -> Int {
    var seen: Set<Int> = []
    let order = arrivals.compactMap(\.origin).filter { seen.insert($0).inserted }
    var best: [Int] = []
    for (index, value) in order.enumerated() {
      var longest = 0
      for before in 0..<index where order[before] < value { longest = max(longest, best[before]) }
      best.append(longest + 1)
    }
    return order.count - (best.max() ?? 0)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8], [0, 7200])
  func figuresEqualWhatWasDone(seed: UInt64, shift: Int) {
    var random = SeededGenerator(seed: seed)
    let log = Self.distinctLog(&random, count: 1500)
    let damage = Self.damage(log, &random, permille: 30)
    let findings = reconcile(
      headerLines + log.map(\.logged), damage.arrivals.map { $0.line.wire(shift: shift) })
    #expect(findings.logged == log.count)
    #expect(findings.received == damage.arrivals.count)
    #expect(findings.missing == damage.missing)
    #expect(findings.cut == damage.cut)
    #expect(findings.altered == damage.altered)
    #expect(findings.duplicated == damage.duplicated)
    #expect(findings.foreign == damage.foreign)
    #expect(findings.reordered == Self.naiveReordered(damage.arrivals))
    #expect(findings.stampShift == (65_536 - shift) % 65_536)
    Self.expectIdentities(findings)
  }

  private static func expectIdentities(_ findings: ReconciliationFindings) {
    let arrived = findings.matched + findings.cut + findings.altered
    #expect(findings.logged == arrived + findings.missing)
    #expect(findings.received == arrived + findings.duplicated + findings.foreign)
    for (kind, count) in [
      (ReconciliationSpan.Kind.missing, findings.missing), (.cut, findings.cut),
      (.altered, findings.altered), (.duplicated, findings.duplicated),
      (.reordered, findings.reordered), (.foreign, findings.foreign),
    ] {
      #expect(findings.spans(kind).reduce(0) { $0 + $1.lines } == count, "\(kind)")
    }
  }

  /// Few texts, so that most lines have identical ones: a multiset says how many are missing,
  /// duplicated and ambiguous.
  @Test(arguments: [11, 12, 13, 14, 15, 16], [true, false])
  func identicalLinesAreCountedAsAMultiset(seed: UInt64, keepsStamps: Bool) {
    var random = SeededGenerator(seed: seed)
    let log = (0..<1200).map { number in
      // A few texts of their own tell whether stamps are kept.
      TestLine(
        body: number % 10 == 0
          ? "Info: MID \(number) done" : "Info: status \(random.uniform(below: 40))",
        second: number / 20)
    }
    var received: [TestLine] = []
    for line in log {
      switch random.uniform(below: 20) {
      case 0: break
      case 1: received += [line, line]
      case 2: received.insert(line, at: max(0, received.count - 9))
      default: received.append(line)
      }
    }
    let findings = reconcile(
      log.map(\.logged), received.map { keepsStamps ? $0.wire() : $0.body })
    let expected = Self.multiset(log, received, keepsStamps: keepsStamps)
    #expect(findings.stampShift == (keepsStamps ? 0 : nil))
    #expect(findings.missing == expected.missing)
    #expect(findings.duplicated == expected.duplicated)
    #expect(findings.ambiguous == expected.ambiguous)
    #expect(findings.cut + findings.altered + findings.foreign == 0)
    Self.expectIdentities(findings)
  }

  private static func multiset(
    _ log: [TestLine], _ received: [TestLine], keepsStamps: Bool
  ) -> (missing: Int, duplicated: Int, ambiguous: Int) {
    var counts: [TestLine: (logged: Int, received: Int)] = [:]
    let key = { (line: TestLine) in
      TestLine(body: line.body, second: keepsStamps ? line.second : 0)
    }
    for line in log { counts[key(line), default: (0, 0)].logged += 1 }
    for line in received { counts[key(line), default: (0, 0)].received += 1 }
    var result = (missing: 0, duplicated: 0, ambiguous: 0)
    for (logged, received) in counts.values {
      result.missing += max(0, logged - received)
      result.duplicated += max(0, received - logged)
      if received > 0, logged > received { result.ambiguous += logged - received }
      if logged > 1, received > logged { result.ambiguous += received - logged }
    }
    return result
  }
}
