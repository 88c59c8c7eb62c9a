import LabPeers
import Simulation
import Testing

@Suite struct DNSMessageTests {
  @Test func queryIsWhatRFC1035Draws() {
    let bytes = DNSMessage.query(id: 0x1234, name: "log.example.com")
    #expect(
      bytes == [
        0x12, 0x34, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0x6C, 0x6F, 0x67, 7, 0x65, 0x78, 0x61,
        0x6D, 0x70, 0x6C, 0x65, 3, 0x63, 0x6F, 0x6D, 0, 0, 1, 0, 1,
      ])
  }

  @Test func questionComesBackInLowerCase() throws {
    let bytes = try #require(DNSMessage.query(id: 7, name: "LOG.Example.com"))
    let question = try #require(DNSMessage.readQuery(bytes))
    #expect(question.id == 7)
    #expect(question.name == "log.example.com")
  }

  @Test(arguments: [
    DNSAnswer.addresses([0x0A2C_A71E]), .addresses([1, 2, 3]), .addresses([]), .nameError,
    .serverFailure,
  ])
  func answerComesBack(_ answer: DNSAnswer) throws {
    let bytes = try #require(DNSMessage.response(id: 9, name: "log.example.com", answer))
    let read = try #require(DNSMessage.readResponse(bytes))
    #expect(read.id == 9)
    #expect(read.answer == answer)
  }

  @Test func answerNeverExceedsADatagram() throws {
    let many = DNSAnswer.addresses((0..<100).map { UInt32($0) })
    let bytes = try #require(DNSMessage.response(id: 9, name: "log.example.com", many))
    #expect(bytes.count <= DNSMessage.bytesMax)
    #expect(DNSMessage.readResponse(bytes) != nil)
  }

  @Test(arguments: ["", "a..b", String(repeating: "a", count: 64), ".a"])
  func namesThatAreNoneAreRefused(_ name: String) {
    #expect(DNSMessage.query(id: 1, name: name) == nil)
  }

  @Test func pointerThatLeadsToItselfEnds() {
    var bytes: [UInt8] = [0, 1, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    bytes += [0xC0, 12, 0, 1, 0, 1]
    #expect(DNSMessage.readQuery(bytes) == nil)
  }

  @Test func damagedMessagesNeverTrap() throws {
    var random = SeededGenerator(seed: 5, stream: "dns")
    let whole = try #require(
      DNSMessage.response(id: 1, name: "log.example.com", .addresses([1, 2])))
    for _ in 0..<5000 {
      var bytes = whole
      for _ in 0..<3 {
        let place = Int(random.uniform(below: UInt64(bytes.count)))
        bytes[place] = UInt8(truncatingIfNeeded: random.next())
      }
      bytes.removeLast(Int(random.uniform(below: UInt64(bytes.count))))
      _ = DNSMessage.readResponse(bytes)
      _ = DNSMessage.readQuery(bytes)
    }
    #expect(DNSMessage.readResponse(whole)?.answer == .addresses([1, 2]))
  }
}
