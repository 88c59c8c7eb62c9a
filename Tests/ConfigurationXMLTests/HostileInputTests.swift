import Foundation
import ApplianceConfiguration
import ConfigurationXML
import Support
import Testing

/// Files that are made to harm: each is refused with one clear finding, in bounded time and memory.
@Suite struct HostileInputTests {
  static let prologue =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE config SYSTEM \"config.dtd\">\n"

  private func codes(
    _ text: String, limits: ReadingLimits = ReadingLimits()
  ) -> [DiagnosticCode] {
    let result = ConfigurationReader(limits: limits).read(bytes: Array(text.utf8), name: "x.xml")
    #expect(result.configuration == nil)
    return result.diagnostics.map(\.code)
  }

  @Test func aLargeFileIsRefusedBeforeItIsRead() {
    let path = Repository.root + "/appliance-config.xml"
    let reader = ConfigurationReader(limits: ReadingLimits(fileBytesMax: 1000))
    let result = reader.read(contentsOf: path)
    #expect(result.diagnostics.map(\.code) == [.fileTooLarge])
    #expect(result.diagnostics[0].allowed == "1000 bytes")
    #expect(self.codes("<config/>", limits: ReadingLimits(fileBytesMax: 8)) == [.fileTooLarge])
  }

  @Test func anEndlessDeviceIsRefused() {
    let reader = ConfigurationReader(limits: ReadingLimits(fileBytesMax: 1_000_000))
    #expect(reader.read(contentsOf: "/dev/zero").diagnostics.map(\.code) == [.fileTooLarge])
  }

  @Test func missingFilesAndFoldersSaySo() {
    let reader = ConfigurationReader()
    #expect(
      reader.read(contentsOf: "/nonexistent/a.xml").descriptions == [
        "/nonexistent/a.xml: error: the file cannot be read: found No such file or directory, "
          + "allowed: a readable file [XML001]"
      ])
    #expect(reader.read(contentsOf: "/").diagnostics.map(\.found) == ["Is a directory"])
    #expect(reader.read(contentsOf: "/dev/null").diagnostics.map(\.code) == [.fileEmpty])
    #expect(reader.read(contentsOf: "a\u{0}b").diagnostics.map(\.code) == [.fileUnreadable])
  }

  /// An address for all classes and severities is one value, not twenty-one.
  @Test func addressesForEverythingCostOnePlaceEach() {
    let count = 2000
    let addresses = (0..<count).map { "<email_address>a\($0)@example.com</email_address>" }
    let file = """
      <?xml version="1.0"?><!DOCTYPE config SYSTEM "config.dtd"><!--
      Product: p
      Model Number: m
      Version: v
      Serial Number: s
      --><config><hostname>h</hostname><alert_email_config><alert_class name="all">\
      <alert_severity name="all">\(addresses.joined())\(addresses[0])</alert_severity>\
      </alert_class></alert_email_config></config>
      """
    let result = ConfigurationReader().read(bytes: Array(file.utf8), name: "x")
    #expect(result.configuration?.alerts.recipients.count == count)
    #expect(result.configuration?.alerts.recipients.last?.hears.listed.count == 21)
    #expect(result.diagnostics.map(\.code).contains(.alertRecipientRepeated))
  }

  @Test func depthIsBounded() {
    let deep = { String(repeating: "<a>", count: $0) + String(repeating: "</a>", count: $0) }
    let atLimit = Self.prologue + "<config>" + deep(63) + "</config>"
    #expect(!self.codes(atLimit).contains(.limitExceeded))
    #expect(self.codes(Self.prologue + "<config>" + deep(64) + "</config>") == [.limitExceeded])
    #expect(self.codes(Self.prologue + deep(200_000)) == [.limitExceeded])
  }

  @Test func elementsAreBounded() {
    let text =
      Self.prologue + "<config>" + String(repeating: "<a/>", count: 100) + "</config>"
    #expect(self.codes(text, limits: ReadingLimits(elementsMax: 100)) == [.limitExceeded])
    #expect(!self.codes(text, limits: ReadingLimits(elementsMax: 101)).contains(.limitExceeded))
    // A larger file may have more of them.
    #expect(ReadingLimits().elementsMax == 2_097_152)
    #expect(ReadingLimits(fileBytesMax: 128 << 20).elementsMax == 4_194_304)
  }

  @Test func attributesAreBoundedBeforeTheyAreCompared() {
    let many = (0..<200_000).map { " a\($0)=''" }.joined()
    #expect(self.codes(Self.prologue + "<config\(many)/>") == [.limitExceeded])
    let few = (0..<65).map { " a\($0)='>='" }.joined()
    #expect(self.codes(Self.prologue + "<config\(few)/>") == [.limitExceeded])
  }

  @Test func textIsBounded() {
    let long = String(repeating: "x", count: 2000)
    let limits = ReadingLimits(textBytesMax: 1999)
    for text in ["<config><a>\(long)</a></config>", "<config><a b='\(long)'/></config>"] {
      #expect(self.codes(Self.prologue + text, limits: limits) == [.limitExceeded])
    }
  }

  @Test func findingsAreBounded() throws {
    let log = "<log_text><name>/</name><module>x</module></log_text>"
    let text =
      Self.prologue + "<config><hostname>h</hostname><log_subscriptions>"
      + String(repeating: log, count: 40_000) + "</log_subscriptions></config>"
    let result = ConfigurationReader().read(bytes: Array(text.utf8), name: "x.xml")
    #expect(result.configuration == nil)
    // A thousand of each severity, and a line of each that says how many more there are.
    #expect(result.diagnostics.count < 2010)
    let last = result.diagnostics.suffix(2)
    #expect(last.map(\.code) == [.findingsNotListed, .findingsNotListed])
    #expect(last.map(\.severity) == [.error, .warning])
    #expect(last.allSatisfy { $0.allowed == "1000 are listed" })
  }

  @Test func anExternalEntityIsNeverRead() {
    let text = """
      <?xml version="1.0"?>
      <!DOCTYPE config SYSTEM "config.dtd" [ <!ENTITY x SYSTEM "file:///etc/passwd"> ]>
      <config><hostname>&x;</hostname></config>
      """
    let result = ConfigurationReader().read(bytes: Array(text.utf8), name: "x.xml")
    #expect(result.diagnostics.map(\.code) == [.internalSubset])
    #expect(!result.descriptions.joined().contains("root:"))
  }

  @Test func parameterEntitiesAreRefused() {
    let text =
      "<?xml version='1.0'?><!DOCTYPE config SYSTEM 'config.dtd' [ %x; ]><config/>"
    #expect(self.codes(text) == [.internalSubset])
  }

  @Test func aFindingCannotForgeASecondLineOrDriveATerminal() {
    let text = Self.prologue + "<config><hostname>a&#10;x.xml:1:1: error: forged\u{9b}</hostname>"
    let result = ConfigurationReader().read(
      bytes: Array((text + "</config>").utf8), name: "a\nb\u{1b}[31m.xml")
    for line in result.descriptions {
      #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
    let long = Self.prologue + "<config><hostname>" + String(repeating: "é", count: 100_000)
    let cut = ConfigurationReader().read(
      bytes: Array((long + "</hostname></config>").utf8), name: "x.xml")
    #expect(cut.descriptions.allSatisfy { $0.utf8.count < 600 })
  }

  /// An accepted file, cut at each byte and damaged at each byte: no trap, and what is cut is never
  /// accepted. (`FlippedBitTests`: no damage is silent.)
  @Test func cutAndDamagedFilesNeverTrap() throws {
    let path = Repository.root + "/fixtures/configurations/accepted/minimal.xml"
    let text = try String(contentsOfFile: path, encoding: .isoLatin1).replacing(
      "</config>", with: "<!-- c --><a b=\"c\"><![CDATA[x]]></a><?pi x?></config>")
    // Behind the end of `config` there is nothing to lose.
    let bytes = Array(text.trimmingCharacters(in: .newlines).utf8)
    let whole = ConfigurationReader().read(bytes: bytes, name: "x.xml")
    #expect(whole.configuration != nil, "\(whole.descriptions)")
    for end in 0..<bytes.count {
      let result = ConfigurationReader().read(bytes: Array(bytes[..<end]), name: "x.xml")
      #expect(result.configuration == nil, "\(end)")
      #expect(!result.descriptions.isEmpty, "\(end)")
    }
    var refused = 0
    for index in bytes.indices {
      for byte: UInt8 in [0, 0x3C, 0x3E, 0x22, 0x26, 0x2D, 0x5B, 0xE9, 0xFF] {
        var damaged = bytes
        damaged[index] = byte
        let result = ConfigurationReader().read(bytes: damaged, name: "x.xml")
        if result.configuration == nil {
          refused += 1
          #expect(!result.descriptions.isEmpty, "\(index) \(byte)")
        }
      }
    }
    #expect(refused > bytes.count)
  }

  @Test func twoHundredFilesAtTheSameTime() async throws {
    let path = Repository.root + "/appliance-config.xml"
    let alone = ConfigurationReader().read(contentsOf: path)
    await withTaskGroup(of: (Configuration?, [String]).self) { group in
      for index in 0..<200 {
        group.addTask {
          if index.isMultiple(of: 2) {
            let result = ConfigurationReader().read(contentsOf: path)
            return (result.configuration, result.descriptions)
          }
          let broken = Self.prologue + String(repeating: "\n", count: index) + "<config></x>"
          let result = ConfigurationReader().read(bytes: Array(broken.utf8), name: "\(index)")
          #expect(result.diagnostics.map(\.position?.line) == [3 + index])
          return (alone.configuration, result.descriptions.isEmpty ? ["none"] : [])
        }
      }
      for await (configuration, descriptions) in group {
        #expect(configuration == alone.configuration)
        #expect(descriptions == [])
      }
    }
  }
}
