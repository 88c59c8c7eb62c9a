import ApplianceConfiguration
import ConfigurationXML
import Foundation
import Support
import Testing

/// Slips of a hand or another tool: each is told, and only what an appliance refuses is an error.
@Suite struct SmallSlipsTests {
  private static let slips: [(old: String, new: String, severity: String, code: String)] = [
    ("<hostname>mail.example.com<", "<hostname>[192.0.2.7]<", "warning", "CFG042"),
    ("<hostname>mail.example.com<", "<hostname>[2001:db8::7]<", "warning", "CFG042"),
    ("<hostname>mail.example.com<", "<hostname>[mail.example.com]<", "warning", "CFG042"),
    ("<hostname>mail.example.com<", "<hostname>192.0.2.7<", "error", "CFG007"),
    ("<hostname>mail.example.com<", "<hostname>[mail example]<", "error", "CFG007"),
    (">admin@example.com<", ">admin@[2001:db8::7]<", "warning", "CFG042"),
    ("  Feature \"Incoming", "  Featrue \"Incoming", "note", "XML020"),
    (
      "<timezone>", "<timezone xmlns:sim=\"urn:appliance-sim:delivery:1\" sim:mode=\"durable\">",
      "error", "LOG029"
    ),
  ]

  @Test(arguments: slips.indices)
  func isTold(_ index: Int) throws {
    let slip = Self.slips[index]
    let path = Repository.root + "/appliance-config.xml"
    let text = try String(contentsOf: URL(fileURLWithPath: path), encoding: .isoLatin1)
      .replacing(/<email_address>[^<]*/, with: "<email_address>admin@example.com")
    #expect(text.contains(slip.old))
    let changed = text.replacing(slip.old, with: slip.new, maxReplacements: 1)
    let result = ConfigurationReader().read(bytes: Array(changed.utf8), name: "x.xml")
    let found = result.descriptions.filter { $0.contains("[\(slip.code)]") }
    #expect(found.count == 1, "\(result.descriptions)")
    #expect(found.first?.contains(": \(slip.severity): ") == true)
    #expect((result.configuration == nil) == (slip.severity == "error"), "\(result.descriptions)")
  }
}
