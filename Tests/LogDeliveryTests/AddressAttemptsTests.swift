import LogDelivery
import Testing

/// Which address of a name is tried next, and what is said when all failed.
@Suite struct AddressAttemptsTests {
  private typealias Attempts = AddressAttempts<Int, String>

  private static func words(_ action: Attempts.Action) -> String {
    switch action {
    case .connect(let address): "connect \(address)"
    case .fail(let failure): "fail \(failure)"
    case .ignore: "ignore"
    }
  }

  /// Addresses are 1, 2, 3 ...; what each attempt comes to, `nil` for a success.
  struct Row: Sendable, CustomTestStringConvertible {
    let failures: [(String, AttemptScope)?]
    let tried: Int
    let end: String

    var testDescription: String { "\(self.failures.map { $0?.0 ?? "connected" })" }
  }

  static let rows: [Row] = [
    Row(failures: [], tried: 0, end: "fail no address"),
    Row(failures: [nil], tried: 1, end: "connected"),
    Row(failures: [("refused", .server)], tried: 1, end: "fail refused"),
    Row(failures: [("refused", .server), nil], tried: 2, end: "connected"),
    Row(failures: [nil, nil], tried: 1, end: "connected"),
    Row(failures: [("a", .server), ("b", .server), nil, nil], tried: 3, end: "connected"),
    // The last word of a server counts, and a route's only without one.
    Row(failures: [("a", .server), ("b", .server)], tried: 2, end: "fail b"),
    Row(failures: [("no route", .route), ("refused", .server)], tried: 2, end: "fail refused"),
    Row(failures: [("refused", .server), ("no route", .route)], tried: 2, end: "fail refused"),
    Row(
      failures: [("a", .server), ("no route", .route), ("c", .server), ("no net", .route)],
      tried: 4,
      end: "fail c"),
    Row(failures: [("no route", .route), ("no net", .route)], tried: 2, end: "fail no net"),
    // Nothing of this machine's gets better elsewhere.
    Row(failures: [("no files", .thisMachine), nil], tried: 1, end: "fail no files"),
    Row(
      failures: [("a", .server), ("no files", .thisMachine), nil], tried: 2, end: "fail no files"),
    Row(
      failures: Array(repeating: ("x", .server), count: 20), tried: Attempts.addressesMax,
      end: "fail x"),
  ]

  @Test(arguments: rows)
  func oneAfterTheOther(_ row: Row) {
    var attempts = Attempts()
    let addresses = Array(1...max(row.failures.count, 1)).prefix(row.failures.count)
    var action = attempts.resolved(Array(addresses), orElse: "no address")
    var tried = 0
    while case .connect(let address) = action {
      tried += 1
      #expect(address == tried)
      #expect(attempts.hasNext == (tried < min(row.failures.count, Attempts.addressesMax)))
      guard let failure = row.failures[tried - 1] else { break }
      action = attempts.failed(failure.0, failure.1)
    }
    #expect(tried == row.tried)
    if case .connect = action {
      attempts.end()
      #expect(row.end == "connected")
    } else {
      #expect(Self.words(action) == row.end)
    }
    // Nothing leads on, whatever comes late.
    #expect(Self.words(attempts.failed("late", .server)) == "ignore")
    #expect(Self.words(attempts.resolved([1], orElse: "late")) == "ignore")
  }

  @Test func whoGivesUpWhileTheNameIsLookedUpConnectsNowhere() {
    var attempts = Attempts()
    attempts.end()
    #expect(Self.words(attempts.resolved([1, 2], orElse: "no address")) == "ignore")
  }

  @Test func timeOutOfTheLookUpIsTheFailure() {
    var attempts = Attempts()
    #expect(Self.words(attempts.failed("timed out", .server)) == "fail timed out")
    #expect(Self.words(attempts.resolved([1], orElse: "no address")) == "ignore")
  }
}
