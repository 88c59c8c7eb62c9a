import LabPeers
import Simulation
import Testing

@Suite struct SyslogFrameReaderTests {
  /// What comes out when the stream arrives in pieces of `size` bytes.
  private static func read(
    _ stream: String, by size: Int
  ) -> (messages: UInt64, contents: [String], isOfLines: Bool) {
    var reader = SyslogFrameReader()
    var messages: UInt64 = 0
    var contents = [""]
    let bytes = Array(stream.utf8)
    for start in stride(from: 0, to: bytes.count, by: size) {
      bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { piece in
        messages += reader.read(piece) { content, isWhole in
          contents[contents.count - 1] += String(decoding: content, as: UTF8.self)
          if isWhole { contents.append("") }
        }
      }
    }
    return (messages, contents.filter { !$0.isEmpty }, reader.isOfLines)
  }

  private static let cases: [(String, UInt64, [String], Bool)] = [
    ("5 hello3 two", 2, ["hello", "two"], false),
    ("9 <22>a\nb c2", 1, ["<22>a\nb c"], false),
    ("4 a\nb\n4 c\nd\n", 2, ["a\nb\n", "c\nd\n"], false),
    ("5 hello0 x\ny\n", 3, ["hello", "0 x\n", "y\n"], true),
    ("<22>5 x\ny\n", 2, ["<22>5 x\n", "y\n"], true),
  ]

  @Test(arguments: 1...14)
  func framingIsFoundWhereverTheStreamIsCut(_ size: Int) {
    for (stream, messages, contents, isOfLines) in Self.cases {
      let found = Self.read(stream, by: size)
      #expect(found.messages == messages, "\(stream)")
      #expect(found.contents.joined() == contents.joined(), "\(stream)")
      #expect(found.isOfLines == isOfLines, "\(stream)")
    }
  }

  @Test func lengthWithoutEndIsNotBelieved() {
    let found = Self.read(String(repeating: "9", count: 40) + "\nx\n", by: 7)
    #expect(found.isOfLines)
    #expect(found.messages == 2)
  }

  @Test func receiverCountsFramesAsLines() {
    var connection = SyslogReceiverConnection(
      fault: .resetAfter(.lines(2)), now: SimInstant(secondsSinceEpoch: 0))
    let actions = ["5 hel", "lo3 t", "wo"].map { piece in
      Array(piece.utf8).withUnsafeBytes {
        connection.received($0, now: SimInstant(secondsSinceEpoch: 1))
      }
    }
    #expect(actions == [.goOn, .goOn, .reset])
    #expect(connection.lines == 2)
  }
}
