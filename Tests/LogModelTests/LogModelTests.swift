import Simulation
import LogModel
import Testing

@Suite struct LogEventTests {
  @Test func eventFitsACacheLine() {
    #expect(MemoryLayout<LogEvent>.stride <= 64)
  }
}

@Suite struct TextArenaTests {
  @Test func controlBytesAreEscaped() {
    var arena = TextArena()
    let id = arena.intern("a\r\nInfo: forged\u{1}\u{7f}é")
    #expect(arena.string(id) == "a\\r\\nInfo: forged\\x01\\x7fé")
  }

  @Test func transientsGoAndPermanentsStay() {
    var arena = TextArena()
    let stays = arena.intern("stays")
    _ = arena.addTransient("goes")
    arena.releaseTransients()
    #expect(arena.count == 1)
    #expect(arena.string(stays) == "stays")
  }

  @Test func longTextIsCutAtACharacter() {
    var arena = TextArena()
    let id = arena.intern(String(repeating: "é", count: TextArena.textLengthMax))
    #expect(arena.string(id).utf8.count == TextArena.textLengthMax)
  }
}

@Suite struct IPv4AddressTests {
  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.-4", "1..2.3", "a.b.c.d",
  ])
  func refuses(_ text: String) {
    #expect(IPv4Address(text) == nil)
  }

  @Test(arguments: ["0.0.0.0", "10.44.167.30", "255.255.255.255"])
  func readsWhatItWrites(_ text: String) {
    #expect(IPv4Address(text)?.description == text)
  }
}

@Suite struct PriorityTests {
  @Test func mailInformationIs22() {
    #expect(SyslogFacility.mail.priority(LogLevel.information.syslogSeverity) == 22)
  }

  private static let observed: [(SyslogFacility, UInt8)] = [
    (.user, 14), (.auth, 38), (.ftp, 94), (.local4, 166), (.local6, 182),
  ]

  @Test(arguments: observed)
  func observedPriorities(_ facility: SyslogFacility, _ priority: UInt8) {
    #expect(facility.priority(.informational) == priority)
  }

  @Test func eachTypeHasAName() {
    #expect(LogType.allCases.allSatisfy { !$0.displayName.isEmpty })
    #expect(LogType.consolidatedEvent.displayName == "Consolidated Event Logs")
  }
}
