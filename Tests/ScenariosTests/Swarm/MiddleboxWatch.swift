import NetworkModel
import Simulation

/// Stands before a middlebox and counts what it does.
struct MiddleboxWatch: Middlebox {
  private var box: any Middlebox
  private let kind: String
  private let fault: String?
  private let record: SwarmRecord

  init(_ box: any Middlebox, fault: String?, record: SwarmRecord) {
    self.box = box
    let inner = Mirror(reflecting: box).descendant("box") ?? box
    self.kind = "\(type(of: inner))"
    self.fault = fault
    self.record = record
  }

  mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    let before = packet.options
    let action = self.box.inspect(&packet, direction, now: now, using: &random)
    let word = packet.options == before ? Self.word(action) : "change"
    self.record.saw(.middlebox, "\(self.kind): \(word)")
    if let fault = self.fault, word != "pass" { self.record.saw(.struck, fault) }
    return action
  }

  private static func word(_ action: MiddleboxAction) -> String {
    switch action {
    case .pass: "pass"
    case .drop: "drop"
    case .passAndInject: "pass and inject"
    case .dropAndInject: "drop and inject"
    case .delay: "delay"
    }
  }
}

/// Somebody on the path who sends what no sound stack would: a sound one must bear it.
struct Forger: Middlebox {
  private let permille: Int

  init(permille: Int) {
    self.permille = permille
  }

  mutating func inspect(
    _ packet: inout Packet, _ direction: PathDirection, now: SimInstant,
    using random: inout SeededGenerator
  ) -> MiddleboxAction {
    guard packet.transport == .tcp, !packet.flags.contains(.syn),
      packet.flags.contains(.acknowledge), random.chance(permille: self.permille)
    else { return .pass }
    var forged = packet
    switch random.uniform(in: 0...4) {
    case 0: forged.acknowledgement &+= 200_000
    case 1:
      forged.flags = .reset
      forged.sequence &+= 7
      forged.payload = []
    case 2:
      forged.flags = .syn
      forged.payload = []
    case 3:
      forged.sequence &-= 100_000
      forged.payload = Array("forged\n".utf8)
    default:
      forged.sequence &+= 100_000
      forged.payload = Array("forged\n".utf8)
    }
    return .passAndInject([forged])
  }
}
