import ApplianceConfiguration
import Foundation
import Simulation
import Support
import Testing

@testable import CertificateReading

@Suite struct CertificateReaderTests {
  private static let folder = Repository.url.appendingPathComponent("fixtures/certificates")

  private static func text(_ name: String) throws -> String {
    try String(contentsOf: self.folder.appendingPathComponent(name), encoding: .utf8)
  }

  private static func facts(_ name: String) throws -> CertificateFacts {
    let readings = CertificateReader.read(pem: try self.text(name))
    #expect(readings.count == 1)
    guard case .facts(let facts) = readings.first else {
      throw Failure(words: "\(name): \(readings)")
    }
    return facts
  }

  private struct Failure: Error {
    let words: String
  }

  /// Made by Scripts/certificate-fixtures.sh; the same values as `openssl x509 -text` prints.
  @Test func namesDatesAndKeysAreRead() throws {
    let long = try Self.facts("rsa-2048.pem")
    #expect(long.serial == "0102030405")
    #expect(long.subject == "CN=mail.example.com, C=ZA, O=Example")
    #expect(long.issuer == long.subject)
    #expect(long.key == .rsa(bits: 2048))
    #expect(
      long.names == ["mail.example.com", "*.example.org", "192.0.2.10", "2001:db8:0:0:0:0:0:10"]
        || long.names.prefix(3) == ["mail.example.com", "*.example.org", "192.0.2.10"])
    #expect(long.names.count == 4)
    #expect(long.notBefore == 1_401_580_800)
    #expect(long.notAfter == 1_717_200_000)
    #expect(
      long.text.contains("valid 2014-06-01T00:00:00Z to 2024-06-01T00:00:00Z; RSA of 2048 bits"))
    let short = try Self.facts("rsa-1024.pem")
    #expect(short.key == .rsa(bits: 1024))
    // The last second that two digits of a year can say.
    #expect(short.notAfter == 2_524_607_999)
    #expect(short.serial == "07")
    let curve = try Self.facts("ec-256.pem")
    #expect(curve.key == .curve("P-256"))
    #expect(curve.notAfter == 2_840_140_800)
    #expect(curve.serial == "ff00")
    let edwards = try Self.facts("ed25519.pem")
    #expect(edwards.key == .curve("Ed25519"))
    #expect(edwards.text.contains("to 9999-12-31T23:59:59Z"))
    #expect(edwards.names == [])
  }

  @Test func severalBlocksAndOtherLineEnds() throws {
    let both = try Self.text("ec-256.pem") + Self.text("rsa-1024.pem")
    #expect(CertificateReader.read(pem: both).count == 2)
    let other = both.replacing("\n", with: "\r\n  ")
    #expect(CertificateReader.read(pem: other) == CertificateReader.read(pem: both))
    #expect(CertificateReader.read(pem: "no armour") == [])
    let many = String(repeating: try Self.text("ed25519.pem"), count: 100)
    #expect(CertificateReader.read(pem: many).count == 32)
  }

  private static let malformed = [
    "QUJDREVGR0g=", "", "====", "QUJD!", "MIIB", "MAA=", "MIAAAA==", "MIT/////AAA=",
    String(repeating: "A", count: 200_000),
  ]

  @Test(arguments: malformed)
  func whatIsNoneIsNotUnderstood(_ body: String) {
    let readings = CertificateReader.read(
      pem: "-----BEGIN CERTIFICATE-----\n\(body)\n-----END CERTIFICATE-----\n")
    guard case .notUnderstood(let words) = readings.first else {
      Issue.record("\(readings)")
      return
    }
    #expect(readings.count == 1 && !words.isEmpty)
  }

  /// Each byte changed in eight ways, and each length: read or not, never a trap.
  @Test(arguments: ["rsa-2048.pem", "rsa-1024.pem", "ec-256.pem", "ed25519.pem"])
  func damagedCertificatesDoNotTrap(_ name: String) throws {
    let block = try #require(PEMBlocks.blocks(in: try Self.text(name)).first)
    let bytes = try #require(block)
    var understood = 0
    for index in bytes.indices {
      for bit in 0..<8 {
        var damaged = bytes
        damaged[index] ^= 1 << UInt8(bit)
        if case .facts(let facts) = CertificateReader.read(der: damaged) {
          understood += 1
          #expect(!facts.text.isEmpty)
        }
      }
      for byte: UInt8 in [0x00, 0x7F, 0x80, 0xFF] {
        var damaged = bytes
        damaged[index] = byte
        _ = CertificateReader.read(der: damaged)
      }
      if case .facts = CertificateReader.read(der: Array(bytes[..<index])) {
        Issue.record("\(name) is read when cut to \(index) bytes")
      }
    }
    // A signature is not looked at.
    #expect(understood > 100)
  }

  @Test func base64IsThatOfTheStandard() {
    for count in 0..<70 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 5) }
      let text = Data(bytes).base64EncodedString()
      #expect(PEMBlocks.decode(Array(text.utf8)) == bytes)
    }
    for text in ["A", "AA", "AAA", "AA=A", "A===", "AAAA=", "AA*A"] {
      #expect(PEMBlocks.decode(Array(text.utf8)) == nil, "\(text)")
    }
  }
}

@Suite struct CertificateFindingTests {
  private static let facts = CertificateFacts(
    serial: "01", issuer: "CN=a", subject: "CN=a", notBefore: 1_000_000_000,
    notAfter: 1_400_000_000, key: .rsa(bits: 1024), names: [])

  private func codes(_ facts: CertificateFacts, _ time: CertificateTime?) throws -> [String] {
    let text = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----"
    let setting = Setting("x")
    var configuration = Configuration(
      identity: ApplianceIdentity(
        product: setting, model: setting, version: setting, serialNumber: setting),
      hostname: setting, timeZone: setting)
    configuration.kept = [
      ConfigurationElement(
        name: "kafka", children: [ConfigurationElement(name: "cert", text: text)])
    ]
    let entries = CertificateRules.certificates(in: configuration) { _ in [.facts(facts)] }
    #expect(entries.count == 1)
    return CertificateRules.findings(about: entries, at: time).map {
      "\($0.code.rawValue) \($0.severity.rawValue)"
    }
  }

  @Test func datesAndKeysAreJudgedByWhatIsKnown() throws {
    func time(_ text: String) throws -> CertificateTime {
      CertificateTime(try #require(LocalTime(rfc3339: text)), isAsked: true)
    }
    let short = "CFG050 note"
    #expect(try self.codes(Self.facts, nil) == [short])
    #expect(try self.codes(Self.facts, time("2010-01-01")) == [short])
    #expect(try self.codes(Self.facts, time("2014-05-13T16:53:20Z")) == [short])
    #expect(try self.codes(Self.facts, time("2014-05-13T16:53:21Z")) == ["CFG049 warning", short])
    #expect(try self.codes(Self.facts, time("2001-09-09T01:46:39Z")) == ["CFG049 warning", short])
    // Of a time without a zone nothing is said within 14 hours of either end.
    #expect(try self.codes(Self.facts, time("2014-05-14T06:53:20")) == [short])
    #expect(try self.codes(Self.facts, time("2014-05-14T06:53:21")) == ["CFG049 warning", short])
    var long = Self.facts
    long.key = .rsa(bits: 2048)
    #expect(try self.codes(long, nil) == [])
    long.key = .curve("P-256")
    #expect(try self.codes(long, nil) == [])
  }
}
