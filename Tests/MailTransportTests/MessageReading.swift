import MailTransport

/// A message taken apart by rules written anew here, to judge the writer.
struct ReadMessage {
  /// Lines of the header as they stand, without CRLF.
  var headerLines: [String] = []
  /// Fields in order, unfolded by taking the CRLFs away (RFC 5322 section 2.2.3).
  var fields: [(name: String, text: String)] = []
  /// The body as it stands.
  var body: [UInt8] = []

  init(_ bytes: [UInt8]) {
    var lines = text(bytes).split(separator: "\r\n", omittingEmptySubsequences: false)[...]
    while let line = lines.popFirst(), !line.isEmpty {
      self.headerLines.append(String(line))
      if line.first == " " || line.first == "\t" {
        self.fields[self.fields.count - 1].text += line
      } else {
        let colon = line.firstIndex(of: ":") ?? line.endIndex
        let rest = line[colon...].dropFirst()
        self.fields.append((String(line[..<colon]), String(rest)))
      }
    }
    self.body = MailTransportTests.bytes(lines.joined(separator: "\r\n"))
  }

  /// The unfolded text of a field behind the colon and one space.
  func field(_ name: String) -> String? {
    self.fields.first { $0.name == name }.map {
      String($0.text.first == " " ? $0.text.dropFirst() : $0.text[...])
    }
  }

  /// The body's text, decoded as its header says.
  var decodedBody: String {
    self.field("Content-Transfer-Encoding") == "7bit"
      ? text(self.body) : text(Self.decodeQuotedPrintable(self.body))
  }

  /// RFC 2045 section 6.7.
  static func decodeQuotedPrintable(_ input: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var index = 0
    while index < input.count {
      guard input[index] == UInt8(ascii: "="), index + 2 < input.count else {
        output.append(input[index])
        index += 1
        continue
      }
      let pair = text(input[index + 1...index + 2])
      if pair != "\r\n", let byte = UInt8(pair, radix: 16) {
        output.append(byte)
      }
      index += 3
    }
    return output
  }

  /// A text of encoded words only, decoded (RFC 2047); `nil` when it holds anything else.
  static func decodeEncodedWords(_ input: String) -> String? {
    var output: [UInt8] = []
    for word in input.split(separator: " ") {
      let parts = word.split(separator: "?", omittingEmptySubsequences: false)
      guard parts.count == 5, parts[0] == "=", parts[4] == "=", parts[1] == "UTF-8",
        parts[2] == "Q", word.utf8.count <= 75
      else { return nil }
      // A word has to hold whole characters.
      let payload = bytes(parts[3].replacing("_", with: " ") + "  ")
      let decoded = Self.decodeQuotedPrintable(payload).dropLast(2)
      guard String(validating: decoded, as: UTF8.self) != nil else { return nil }
      output += decoded
    }
    return text(output)
  }
}
