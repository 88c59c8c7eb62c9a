import ArgumentParser
import Simulation

/// Rows of the table of faults that a command takes as options.
protocol FaultOptionTable {
  static var rows: [FaultOptionRow] { get }
}

/// A fault that was given as an option.
struct GivenFault {
  let option: FaultOption
  let fault: FaultDescription

  /// The option as a person writes it.
  var name: String { "--\(self.option.name)" }

  /// Whether it ends or stops connections.
  var isOfConnections: Bool { self.option.kind != .packets }
}

/// The options of a table: each of its rows is one, so that a fault's row is all that an option of
/// it needs.
///
/// The argument parser asks a mirror for the options of a type, and a decoder has what was given.
struct FaultTableOptions<Table: FaultOptionTable>: ParsableArguments, CustomReflectable {
  /// In the order of the table.
  private(set) var given: [GivenFault] = []
  /// What is wrong with a value.
  private var problem: String?

  init() {}

  init(from decoder: any Decoder) throws {
    let options = try decoder.container(keyedBy: OptionKey.self)
    for row in Table.rows {
      let key = OptionKey(stringValue: row.option.name)
      var values: FaultValues = [:]
      switch row.option.value {
      case .flag(let fixed):
        guard try options.decode(Flag<Bool>.self, forKey: key).wrappedValue else { continue }
        values = fixed
      case .count(let name, _):
        let given = try options.decode(Option<Int?>.self, forKey: key).wrappedValue
        guard let count = given else { continue }
        if count < 1 { self.refuse(row, "found \(count), allowed: 1 or more") }
        values[name] = .integer(count)
      case .text(let name):
        let given = try options.decode(Option<String?>.self, forKey: key).wrappedValue
        guard let text = given else { continue }
        if text.isEmpty { self.refuse(row, "found an empty text, allowed: 1 byte or more") }
        values[name] = .text(text)
      case .time(let name), .share(let name):
        let given = try options.decode(Option<OptionValue?>.self, forKey: key).wrappedValue
        guard let value = given else { continue }
        values[name] = value.value
      }
      self.check(values, row)
      guard let fault = row.row.fault(values) else { continue }
      self.given.append(GivenFault(option: row.option, fault: fault))
    }
  }

  /// What a scenario file may not say, an option may not either.
  private mutating func check(_ values: FaultValues, _ row: FaultOptionRow) {
    for key in row.row.keys {
      guard let value = values[key.name] else { continue }
      switch key.kind {
      case .integer(let range):
        guard case .integer(let count) = value, !range.contains(count) else { continue }
        self.refuse(row, "found \(count), allowed: \(range.lowerBound) to \(range.upperBound)")
      case .share:
        guard case .integer(0) = value else { continue }
        self.refuse(row, "found 0%, allowed: 0.1% to 100%")
      case .duration(let orZero):
        guard !orZero, case .duration(.zero) = value else { continue }
        self.refuse(row, "found no time at all, allowed: more than 0s")
      case .text(let range):
        guard case .text(let text) = value, !range.contains(text.utf8.count) else { continue }
        self.refuse(
          row,
          "found \(text.utf8.count) bytes, allowed: \(range.lowerBound) to \(range.upperBound) "
            + "bytes")
      case .step, .flag, .subscription, .address, .words: break
      }
    }
  }

  private mutating func refuse(_ row: FaultOptionRow, _ words: String) {
    self.problem = self.problem ?? "--\(row.option.name): \(words)"
  }

  func validate() throws {
    if let problem { throw ValidationError(problem) }
  }

  var customMirror: Mirror {
    Mirror(self, children: Table.rows.map { ($0.option.name, $0.option.definition) })
  }
}

extension FaultOption {
  /// What the argument parser reads; no option is a `nil` or `false`.
  fileprivate var definition: Any {
    let name = NameSpecification.customLong(self.name)
    switch self.value {
    case .flag: return Flag(wrappedValue: false, name: name, help: ArgumentHelp(self.help))
    case .count(_, let word):
      return Option<Int?>(name: name, help: ArgumentHelp(self.help, valueName: word))
    case .text:
      return Option<String?>(name: name, help: ArgumentHelp(self.help, valueName: "TEXT"))
    case .time:
      return Option<OptionValue?>(
        name: name, help: ArgumentHelp(self.help, valueName: "TIME"),
        transform: { OptionValue(value: .duration(try duration($0))) })
    case .share:
      return Option<OptionValue?>(
        name: name, help: ArgumentHelp(self.help, valueName: "PERCENT"),
        transform: { OptionValue(value: .integer(try permille($0))) })
    }
  }
}

/// The name of an option, which the argument parser's decoder takes for a key.
private struct OptionKey: CodingKey {
  let stringValue: String
  let intValue: Int? = nil

  init(stringValue: String) { self.stringValue = stringValue }

  init?(intValue: Int) { nil }
}

/// What stands behind an option, as the argument parser's decoder hands it out.
private struct OptionValue: Decodable {
  let value: FaultValue

  init(value: FaultValue) { self.value = value }

  init(from decoder: any Decoder) throws {
    self = try decoder.singleValueContainer().decode(Self.self)
  }
}
