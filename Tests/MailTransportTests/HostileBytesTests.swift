import MailTransport
import Simulation
import Testing

/// Rubbish of many seeds: nothing traps, nothing grows without bound, an end is an end.
@Suite struct HostileBytesTests {
  static func noise(_ random: inout SeededGenerator, _ words: [String]) -> [UInt8] {
    var noise: [UInt8] = []
    for _ in 0..<random.uniform(in: 1...40) {
      if random.chance(permille: 200) {
        noise.append(UInt8(random.uniform(in: 0...255)))
      } else {
        noise += bytes(words[random.uniform(in: 0...words.count - 1)])
      }
    }
    return noise
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func serverSurvives(_ seed: UInt64) throws {
    let words = [
      "\r\n", "\r\n", "\r\n", "\n", "\r", ".", " ", ":", "<", ">", "\"", "\\", "@", "EHLO c\r\n",
      "MAIL FROM:<s@x>\r\n", "RCPT TO:<r@y>\r\n", "DATA\r\n", "\r\n.\r\n", "RSET\r\n", "MAIL FROM:",
      "RCPT TO:<", "SIZE=", "HELO ", "VRFY ", "@h:", ",", "Postmaster", "[IPv6:::", "]",
    ]
    var random = SeededGenerator(seed: seed, stream: "hostile-client")
    var settings = try serverSettings()
    settings.errorsMax = 50
    var whole = SMTPServerStateMachine(settings: settings)
    var bytewise = whole
    _ = whole.connected()
    _ = bytewise.connected()
    for _ in 0..<20 {
      let noise = Self.noise(&random, words)
      var answers = ""
      for byte in noise { answers += say([byte], to: &bytewise) }
      let answer = say(noise, to: &whole)
      #expect(answer == answers)
      #expect(answer.utf8.count <= 60 * noise.count + 10_000)
    }
  }

  @Test(arguments: 0..<300 as Range<UInt64>)
  func clientSurvives(_ seed: UInt64) throws {
    let words = [
      "220 hi\r\n", "250 ok\r\n", "250-a\r\n250 SIZE\r\n", "354 go\r\n", "250", "-", " ", "\r\n",
      "\n", "550 no\r\n", "451 later\r\n", "502 what\r\n", "421 down\r\n",
    ]
    var random = SeededGenerator(seed: seed, stream: "hostile-server")
    var client = SMTPClientStateMachine(transaction: try transaction(to: ["a@x", "b@y"]))
    _ = client.connected()
    var outcomes = 0
    for _ in 0..<20 {
      switch client.received(Self.noise(&random, words)) {
      case .close(let outcome):
        outcomes += 1
        #expect(outcome.recipients.count == 2)
        #expect(client.step == nil)
      case .send:
        #expect(client.step != nil)
        if random.chance(permille: 700) { client.written() }
      case .wait:
        #expect(client.step != nil)
      case .ignore:
        #expect(outcomes == 1)
      }
    }
    if outcomes == 0, case .finish = client.connectionClosed() { outcomes += 1 }
    #expect(outcomes == 1)
    #expect(client.settledOutcome?.recipients.count == 2)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func addressesNeverHoldControlCharacters(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "hostile-address")
    let words = [
      "a", "@", ".", "\"", "\\", " ", "[", "]", "IPv6:", ":", "1", "::", "\r\n", ">", "-",
    ]
    for _ in 0..<50 {
      guard let address = try? MailAddress(text(Self.noise(&random, words))) else { continue }
      #expect("\(address)".utf8.allSatisfy { (0x20...0x7E).contains($0) })
    }
  }
}
