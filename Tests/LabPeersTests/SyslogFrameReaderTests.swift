import LabPeers
import Simulation
import Testing

@Suite struct SyslogFrameReaderTests {
  /// What a stream came to.
  private struct Found: Hashable {
    var records: [String] = []
    var messages: UInt64 = 0
    /// Bytes after the last message's end.
    var unfinished = 0
  }

  /// Reads a stream in pieces, of which `pieceBytes` gives the sizes; the rest is the last record.
  private static func read(_ stream: [UInt8], pieceBytes: () -> Int) -> Found {
    var reader = SyslogFrameReader()
    var lines = SyslogLines()
    var found = Found()
    func give(_ line: UnsafeRawBufferPointer) {
      #expect(line.last == 0x0A)
      found.records.append(String(decoding: line.dropLast(), as: UTF8.self))
    }
    var place = 0
    while place < stream.count {
      let end = min(stream.count, place + max(pieceBytes(), 1))
      let read = stream[place..<end].withUnsafeBytes { piece in
        reader.read(piece) { lines.take($0, isWhole: $1, line: give) }
      }
      #expect(read.bytes == end - place)
      found.messages += read.messages
      place = end
    }
    reader.finish { lines.take($0, isWhole: $1, line: give) }
    found.unfinished = lines.finish(line: give)
    return found
  }

  private static let one = "<22>Jun 25 08:50:03 mail_logs: Info: one"
  private static let two = "<22>Jun 25 08:50:04 mail_logs: Info: two"

  private static func counted(_ message: String) -> String { "\(message.utf8.count) \(message)" }

  /// Streams, the records, and how many of them have an end.
  private static let cases: [(String, [String], UInt64)] = [
    ("\(one)\n\(two)\n", [one, two], 2),
    ("\(one)\r\n\(two)\r\n", ["\(one)\r", "\(two)\r"], 2),
    ("\(one)\0\(two)\0", [one, two], 2),
    ("\(one)\n\0\(two)\0\n", [one, two], 2),
    ("\(one)\n\(two)", [one, two], 1),
    ("\(counted(one))\(counted(two))", [one, two], 2),
    ("\(counted(one))\n\(counted(two))\n", [one, two], 2),
    ("\(counted(one))\r\n\(counted(two))\0\n", [one, two], 2),
    ("\(counted(one + "\n"))\(counted(two))", [one, two], 2),
    ("\(counted(one + "\nmore"))\(counted(two))", ["\(one)\nmore", two], 2),
    ("\(one)\n\(counted(two))\(counted(one))\(two)\n", [one, two, one, two], 4),
    ("\(counted(one))\(two)\n\(counted(one))", [one, two, one], 3),
    ("\n\n\(one)\n\r\n\(two)\n", [one, two], 2),
    ("2015-06-25T08:50:03 esa: one\n7 of 9\n", ["2015-06-25T08:50:03 esa: one", "7 of 9"], 2),
    ("54 messages delayed\n\(one)\n", ["54 messages delayed", one], 2),
    ("0\(counted(one))", ["0\(counted(one))"], 0),
    ("0 <x\n", ["0 <x"], 1),
    ("12\n34 \n5", ["12", "34 ", "5"], 2),
    ("3 <b> is no message\n\(one)\n", ["3 <b> is no message", one], 2),
    ("25 <\n\(counted(one))", ["25 <", one], 2),
    ("2 <0>\n3 <0>\(one)\n", ["2 <0>", "<0>", one], 3),
    ("40 <", ["40 <"], 0),
    ("16777217 <22>x\n", ["16777217 <22>x"], 1),
    ("16777216 <22>x\n", ["<22>x"], 0),
    ("99999999999999999999999999 <22>x\n", ["99999999999999999999999999 <22>x"], 1),
    ("9 <22>", ["<22>"], 0),
    (" \(counted(one))\n", [" \(counted(one))"], 1),
    ("\rx\n\r", ["\rx"], 1),
  ]

  @Test(arguments: cases)
  func eachMessageHasItsFramingWhereverTheStreamIsCut(
    _ stream: String, _ records: [String], _ messages: UInt64
  ) {
    for size in 1...60 {
      let found = Self.read(Array(stream.utf8)) { size }
      #expect(found.records == records, "\(size)")
      #expect(found.messages == messages, "\(size)")
    }
  }

  // MARK: Random streams

  /// A line that is none of a counted message's beginnings, or a counted message.
  private static func message(_ random: inout SeededGenerator, isCounted: Bool) -> [UInt8] {
    let starts =
      isCounted
      ? ["<22>", "<0>", "<0>5 <0>"]
      : [
        "<22>", "x", "54 ", "7<", "2015-", "040 <22>", "16777217 <2", " 5 <2", "12", "9 9 <2", "é",
        "54 <", "2 <0>",
      ]
    let length = Int(random.uniform(below: 40))
    // Digits, ends of lines and priorities where a reader could take them for framing.
    let alphabet = Array((isCounted ? "<>0123 \r\n\0ab" : "<>0123 \rab").utf8)
    let body = (0..<length).map { _ in alphabet[Int(random.uniform(below: UInt64(alphabet.count)))]
    }
    // `54 <` and a digit would be a length.
    return Array(starts[Int(random.uniform(below: UInt64(starts.count)))].utf8)
      + (isCounted ? [] : [UInt8(ascii: "y")]) + body
  }

  @Test(arguments: 1...300)
  func mixedFramingsGiveTheMessagesThatWereSent(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "frames")
    var stream: [UInt8] = []
    var sent: [String] = []
    for _ in 0..<40 {
      let isCounted = random.chance(permille: 500)
      let message = Self.message(&random, isCounted: isCounted)
      if isCounted {
        stream += Array("\(message.count) ".utf8) + message
        let ends = ["", "\n", "\r\n", "\0", "\n\0\n"]
        stream += ends[Int(random.uniform(below: UInt64(ends.count)))].utf8
      } else {
        stream += message + [random.chance(permille: 500) ? 0x0A : 0]
      }
      // The LF that a counted message may have within is that of its line.
      let hasEnd = isCounted && message.last == 0x0A
      sent.append(String(decoding: hasEnd ? message.dropLast() : message[...], as: UTF8.self))
    }
    for most in [1, 7, 64, stream.count] {
      let found = Self.read(stream) { 1 + Int(random.uniform(below: UInt64(most))) }
      #expect(found.records == sent)
      #expect(found.messages == 40)
      #expect(found.unfinished == 0)
    }
  }

  @Test(arguments: 1...300)
  func whateverComesIsTheSameHoweverItIsCut(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed, stream: "noise")
    let words = ["<", "22>", "1", "0", "40", "99999999", " ", "\n", "\0", "\r", "text", "4 <22>"]
    var stream: [UInt8] = []
    for _ in 0..<60 { stream += words[Int(random.uniform(below: UInt64(words.count)))].utf8 }
    let whole = Self.read(stream) { stream.count }
    for most in [1, 3, 20] {
      #expect(Self.read(stream) { 1 + Int(random.uniform(below: UInt64(most))) } == whole)
    }
    // Nothing is made up, and no text vanishes.
    func letters(_ bytes: some Sequence<UInt8>) -> Int { bytes.count { $0 >= 0x61 && $0 <= 0x7A } }
    #expect(letters(whole.records.joined().utf8) == letters(stream))
  }

  @Test func readingEndsBehindTheLastMessageThatIsWanted() {
    let stream = Array("one\n\n5 <22>atwo\nthree\n".utf8)
    for (most, bytes) in [(1, 4), (2, 12), (3, 16), (4, 22)] {
      var reader = SyslogFrameReader()
      let read = stream.withUnsafeBytes { reader.read($0, messagesMax: UInt64(most)) }
      #expect(read.messages == UInt64(most))
      #expect(read.bytes == bytes)
    }
  }
}

@Suite struct SyslogLinesTests {
  private static func take(
    _ text: String, _ lines: inout SyslogLines, isWhole: Bool = false, heldMax: Int = 100
  ) -> [String] {
    var given: [String] = []
    Array(text.utf8).withUnsafeBytes { bytes in
      lines.take(bytes, isWhole: isWhole, heldMax: heldMax) {
        given.append(String(decoding: $0, as: UTF8.self))
      }
    }
    return given
  }

  @Test func lineIsGivenOnceWholeAndEndsInOneLineFeed() {
    var lines = SyslogLines()
    #expect(Self.take("a", &lines) == [])
    #expect(lines.heldBytes == 1)
    #expect(Self.take("b\n", &lines, isWhole: true) == ["ab\n"])
    #expect(Self.take("c", &lines, isWhole: true) == ["c\n"])
    #expect(lines.finish { _ in Issue.record("nothing is left") } == 0)
  }

  @Test func messageBeyondTheBoundIsGivenInPiecesWithoutLoss() {
    var lines = SyslogLines()
    var given: [String] = []
    for part in ["aaaa", "bbbb", "cccc", "dd"] { given += Self.take(part, &lines, heldMax: 6) }
    #expect(given == ["aaaabbbb\n"])
    #expect(lines.pieces == 1)
    given += Self.take("e", &lines, isWhole: true)
    #expect(given == ["aaaabbbb\n", "ccccdde\n"])
  }

  @Test(arguments: [
    ("a", "a\n"), ("a\n", "a\n"), ("a\0", "a\n"), ("a\n\0", "a\n"), ("a\nb", "a\nb\n"), ("", "\n"),
    ("abcdef\n", "abcd\n"),
  ])
  func datagramIsOneLine(_ datagram: String, _ line: String) {
    let found = SyslogLines.line(ofDatagram: Array(datagram.utf8), limit: 4)
    #expect(String(decoding: found, as: UTF8.self) == line)
  }
}

@Suite struct StreamTallyTests {
  private static func dropped(read: String, passed: Int) -> [UInt64] {
    var tally = StreamTally()
    Array(read.utf8).withUnsafeBytes { bytes in
      tally.read(bytes)
      tally.passed(UnsafeRawBufferPointer(rebasing: bytes[..<passed]))
    }
    return [tally.dropped.lines, tally.dropped.bytes]
  }

  @Test func linesThatDidNotGoOnWholeAreCounted() {
    #expect(Self.dropped(read: "", passed: 0) == [0, 0])
    #expect(Self.dropped(read: "one\ntwo\n", passed: 8) == [0, 0])
    #expect(Self.dropped(read: "one\ntwo\n", passed: 7) == [1, 1])
    #expect(Self.dropped(read: "one\ntwo\n", passed: 3) == [2, 5])
    #expect(Self.dropped(read: "one\ntw", passed: 4) == [1, 2])
    #expect(Self.dropped(read: "5 <a>bc5 <d>ef", passed: 7) == [1, 7])
  }
}
