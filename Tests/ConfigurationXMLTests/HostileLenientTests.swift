import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Testing

/// Lenient reading, export, edits and UTF-16 on damaged files, and no quadratic behaviour.
@Suite struct HostileLenientTests {
  private static let file = """
    <?xml version="1.0" encoding="UTF-16"?>
    <!DOCTYPE config SYSTEM "config.dtd">
    <!-- Product: p -->
    <config><hostname>h&amp;</hostname><log_subscriptions><log_text><name>é😀</name>
    <retrieval><syslog_push><hostname/></syslog_push></retrieval></log_text></log_subscriptions>
    <cluster><machine name="a"><users/></machine></cluster></config>
    """

  private static let utf16: [UInt8] =
    [0xFF, 0xFE] + Self.file.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
  private static let utf8 = Array(
    Self.file.replacing("UTF-16", with: "UTF-8").utf8)

  /// Everything that takes the bytes of a file.
  private func use(_ bytes: [UInt8]) {
    let result = ConfigurationReader(mode: .lenient).read(bytes: bytes, name: "x.xml")
    if let configuration = result.configuration {
      let export = ConfigurationExport.canonical(configuration)
      let again = ConfigurationReader(mode: .lenient).read(bytes: export, name: "y.xml")
      #expect(again.configuration != nil, "\(again.descriptions)")
      #expect(!ConfigurationText.lines(configuration).isEmpty)
    }
    if var editor = try? ConfigurationEditor(bytes: bytes) {
      try? editor.set("/config/hostname", to: "é<")
      #expect((try? ConfigurationEditor(bytes: editor.bytes)) != nil)
    }
    _ = ConfigurationLoading.load(bytes, over: bytes)
  }

  @Test(arguments: [true, false])
  func damagedFilesNeverTrap(_ isUTF16: Bool) {
    let bytes = isUTF16 ? Self.utf16 : Self.utf8
    for end in stride(from: 0, to: bytes.count, by: 3) { self.use(Array(bytes[..<end])) }
    for index in stride(from: 0, to: bytes.count, by: isUTF16 ? 5 : 2) {
      for byte: UInt8 in [0, 0x3C, 0x22, 0x2D, 0xD8, 0xDC] {
        var damaged = bytes
        damaged[index] = byte
        self.use(damaged)
      }
    }
  }

  private static func repeated(_ count: Int, _ text: (Int) -> String) -> String {
    (0..<count).map(text).joined()
  }

  /// Files of a size, each with many elements of another kind.
  private static let large: [@Sendable (Int) -> String] = [
    { count in
      "<log_subscriptions>" + Self.repeated(count) { "<log_x\($0)/>" } + "</log_subscriptions>"
    },
    { count in
      "<log_subscriptions><log_text>" + Self.repeated(count) { "<log_levl\($0 % 100)/>" }
        + "</log_text></log_subscriptions>"
    },
    { count in
      "<cluster>" + Self.repeated(count) { "<machine name=\"m\($0)\"/>" } + "</cluster>"
    },
    { count in
      "<interfaces>"
        + Self.repeated(count) { "<interface><interface_name>\($0)</interface_name></interface>" }
        + "</interfaces><listeners>"
        + Self.repeated(count) { "<listener><interface_name>x\($0)</interface_name></listener>" }
        + "</listeners>"
    },
    { count in Self.repeated(count) { "<policy_\($0)><userz/></policy_\($0)>" } },
  ]

  /// Twice as many elements are twice the work: counted in elements that are looked at, not in
  /// time.
  ///
  /// What the rules compare of a configuration that was read is not counted: they look names up in
  /// sets.
  @Test(arguments: large.indices)
  func manyElementsCostLinearTime(_ index: Int) {
    let steps = [3000, 6000].map { count in
      let text =
        "<?xml version=\"1.0\"?><!DOCTYPE config SYSTEM \"config.dtd\"><config>"
        + Self.large[index](count) + "</config>"
      let (result, steps) = StepSum.reading(Array(text.utf8))
      #expect(result.configuration != nil)
      #expect(result.diagnostics.count < 3010)
      return steps
    }
    // More than the elements themselves, and no less than twice for twice as many.
    #expect(steps[0] >= 3000)
    #expect(steps[1] * 10 >= steps[0] * 18, "\(steps)")
    #expect(steps[1] * 10 <= steps[0] * 22, "\(steps)")
  }
}
