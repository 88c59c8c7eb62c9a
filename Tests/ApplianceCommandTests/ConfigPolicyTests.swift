import Foundation
import Testing

/// What a team tells `appliance config check` beyond its options: a DTD, learned names, rules.
@Suite struct ConfigPolicyTests {
  static let header = """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE config SYSTEM "config.dtd">
    <!--
      Product: Cisco C370 Email Security Appliance
      Model Number: C370
      Version: 8.0.1-023
      Serial Number: A4BADB4712A9-511AA1E
    -->

    """

  static func write(_ text: String, to path: String) throws {
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func theDTDOfTheApplianceDecides() throws {
    let dtd = "fixtures/dtd/config.dtd"
    let outcome = try BuiltCommand.run([
      "config", "check", "fixtures/configurations/accepted/minimal.xml", "--dtd", dtd,
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
    try BuiltCommand.withScratchFolder { folder in
      let file = "\(folder)/a.xml"
      try Self.write(
        Self.header + "<config><hostname>a.example.com</hostname><nmae/></config>", to: file)
      let refused = try BuiltCommand.run(["config", "check", file, "--dtd", dtd])
      #expect(refused.status == 1)
      #expect(refused.errors.contains("declare: found <nmae>, allowed: "), "\(refused.errors)")
      #expect(refused.errors.contains("did you mean <name>? [CFG046]"), "\(refused.errors)")
      try Self.write("<!ELEMENT config (", to: "\(folder)/bad.dtd")
      let bad = try BuiltCommand.run(["config", "check", file, "--dtd", "\(folder)/bad.dtd"])
      #expect(bad.status == 1)
      #expect(bad.errors.hasPrefix("\(folder)/bad.dtd:1:19: error: the document type cannot be"))
      #expect(bad.output.isEmpty)
    }
    let missing = try BuiltCommand.run([
      "config", "check", "appliance-config.xml", "--dtd", "no-such.dtd",
    ])
    #expect(missing.status == 1)
    #expect(missing.errors.contains("no-such.dtd: cannot be read: found No such file"))
  }
}
