public import ApplianceConfiguration
import SwiftASN1

/// Reads what X.509 certificates say of themselves: no signature, chain or trust is looked at.
///
/// Source: RFC 5280, section 4.1; RFC 8017 and RFC 5480 for keys.
public enum CertificateReader {
  /// Each certificate of a text in PEM, at most 32.
  public static func read(pem text: String) -> [CertificateReading] {
    PEMBlocks.blocks(in: text).map { block in
      guard let block else { return .notUnderstood("no base64 of at most 64 KiB") }
      return self.read(der: block)
    }
  }

  /// One certificate in DER.
  public static func read(der bytes: [UInt8]) -> CertificateReading {
    guard bytes.count <= PEMBlocks.bytesMax else { return .notUnderstood("more than 64 KiB") }
    do {
      return .facts(try self.facts(of: DER.parse(bytes)))
    } catch let error as Unexpected {
      return .notUnderstood(error.words)
    } catch {
      return .notUnderstood("no DER")
    }
  }

  /// What is not as RFC 5280 has it.
  private struct Unexpected: Error {
    let words: String
  }

  private static func facts(of root: ASN1Node) throws -> CertificateFacts {
    var certificate = try self.children(of: root, "a certificate")
    var fields = try self.children(of: self.next(&certificate, "a certificate"), "a certificate")
    // The version stands there unless it is the first.
    if let first = fields.first, first.identifier == self.tag(0) { fields.removeFirst() }
    let serial = try self.bytes(of: self.next(&fields, "a serial number"), "a serial number")
    _ = try self.next(&fields, "a signature algorithm")
    let issuer = try self.name(self.next(&fields, "an issuer"))
    var validity = try self.children(of: self.next(&fields, "a validity"), "a validity")
    let notBefore = try self.time(self.next(&validity, "a validity"))
    let notAfter = try self.time(self.next(&validity, "a validity"))
    let subject = try self.name(self.next(&fields, "a subject"))
    let key = try self.key(self.next(&fields, "a public key"))
    let extensions = fields.first { $0.identifier == self.tag(3) }
    return CertificateFacts(
      serial: self.hexadecimal(serial), issuer: issuer, subject: subject, notBefore: notBefore,
      notAfter: notAfter, key: key, names: try extensions.map(self.names) ?? [])
  }

  // MARK: Nodes

  private static func tag(_ number: UInt) -> ASN1Identifier {
    ASN1Identifier(tagWithNumber: number, tagClass: .contextSpecific)
  }

  private static func next(_ nodes: inout [ASN1Node], _ words: String) throws -> ASN1Node {
    guard !nodes.isEmpty else { throw Unexpected(words: "without \(words)") }
    return nodes.removeFirst()
  }

  private static func children(of node: ASN1Node, _ words: String) throws -> [ASN1Node] {
    guard case .constructed(let nodes) = node.content else {
      throw Unexpected(words: "\(words) without parts")
    }
    return Array(nodes)
  }

  private static func bytes(of node: ASN1Node, _ words: String) throws -> ArraySlice<UInt8> {
    guard case .primitive(let bytes) = node.content, !bytes.isEmpty else {
      throw Unexpected(words: "\(words) without content")
    }
    return bytes
  }

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    let significant = bytes.count > 1 && bytes.first == 0 ? bytes.dropFirst() : bytes
    return significant.prefix(64).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }

  private static func identifier(_ node: ASN1Node) throws -> String {
    let identifier = try ASN1ObjectIdentifier(derEncoded: node)
    return identifier.oidComponents.map { String($0) }.joined(separator: ".")
  }

  // MARK: Names

  private static let attributes = [
    "2.5.4.3": "CN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L", "2.5.4.8": "ST",
    "2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
    "1.2.840.113549.1.9.1": "emailAddress",
  ]

  private static func name(_ node: ASN1Node) throws -> String {
    var parts: [String] = []
    for set in try self.children(of: node, "a name") {
      for attribute in try self.children(of: set, "a name") {
        var fields = try self.children(of: attribute, "a name")
        let type = try self.identifier(self.next(&fields, "an attribute's type"))
        let value = try self.text(self.next(&fields, "an attribute's value"))
        parts.append("\(self.attributes[type] ?? type)=\(value)")
      }
    }
    return parts.joined(separator: ", ")
  }

  private static func text(_ node: ASN1Node) throws -> String {
    guard case .primitive(let bytes) = node.content else {
      throw Unexpected(words: "a text of parts")
    }
    switch node.identifier {
    case .utf8String, .printableString, .ia5String, .numericString, .visibleString:
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw Unexpected(words: "a text that is not UTF-8")
      }
      return text
    case .bmpString:
      guard bytes.count.isMultiple(of: 2) else { throw Unexpected(words: "half a character") }
      let units = stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map {
        UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
      }
      return String(decoding: units, as: UTF16.self)
    // Of the old types it is Latin-1 that is met.
    default: return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
  }

  /// The host names and addresses of the extension subjectAltName.
  private static func names(_ extensions: ASN1Node) throws -> [String] {
    var names: [String] = []
    for list in try self.children(of: extensions, "extensions") {
      for item in try self.children(of: list, "extensions") {
        var fields = try self.children(of: item, "an extension")
        guard try self.identifier(self.next(&fields, "an extension")) == "2.5.29.17",
          let content = fields.last
        else { continue }
        let alternatives = try DER.parse(self.bytes(of: content, "an extension"))
        for name in try self.children(of: alternatives, "alternative names") {
          guard case .primitive(let bytes) = name.content else { continue }
          if name.identifier == self.tag(2) {
            names.append(String(decoding: bytes, as: UTF8.self))
          } else if name.identifier == self.tag(7), let address = self.address(bytes) {
            names.append(address)
          }
        }
      }
    }
    return names
  }

  private static func address(_ bytes: ArraySlice<UInt8>) -> String? {
    switch bytes.count {
    case 4: bytes.map { String($0) }.joined(separator: ".")
    case 16:
      HostSyntax.canonical(
        stride(from: bytes.startIndex, to: bytes.endIndex, by: 2).map {
          String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16)
        }.joined(separator: ":"))
    default: nil
    }
  }

  // MARK: Times

  /// Two digits of the year mean 1950 to 2049. Source: RFC 5280, section 4.1.2.5.
  private static func time(_ node: ASN1Node) throws -> Int64 {
    let text = try self.bytes(of: node, "a time")
    let isLong = node.identifier == .generalizedTime
    guard isLong || node.identifier == .utcTime, text.count == (isLong ? 15 : 13),
      text.last == UInt8(ascii: "Z"),
      text.dropLast().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { throw Unexpected(words: "a time of another form") }
    let digits = text.dropLast().map { Int($0 - UInt8(ascii: "0")) }
    let pairs = stride(from: 0, to: digits.count, by: 2).map { digits[$0] * 10 + digits[$0 + 1] }
    let rest = Array(pairs.suffix(5))
    let year = isLong ? pairs[0] * 100 + pairs[1] : pairs[0] + (pairs[0] < 50 ? 2000 : 1900)
    guard (1...12).contains(rest[0]), (1...31).contains(rest[1]), rest[2] < 24, rest[3] < 60,
      rest[4] < 60
    else { throw Unexpected(words: "a time that is none") }
    let seconds = rest[2] * 3600 + rest[3] * 60 + rest[4]
    return Int64(self.day(year: year, month: rest[0], day: rest[1]) * 86_400 + seconds)
  }

  /// Days since 1970-01-01 by the Gregorian calendar, with years that begin in March.
  private static func day(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  // MARK: Keys

  private static let curves = [
    "1.2.840.10045.3.1.7": "P-256", "1.3.132.0.34": "P-384", "1.3.132.0.35": "P-521",
    "1.3.132.0.33": "P-224", "1.3.132.0.10": "secp256k1",
  ]
  private static let rsa: Set = ["1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"]

  private static func key(_ node: ASN1Node) throws -> CertificateFacts.Key {
    var fields = try self.children(of: node, "a public key")
    var algorithm = try self.children(
      of: self.next(&fields, "an algorithm"), "an algorithm")
    let identifier = try self.identifier(self.next(&algorithm, "an algorithm"))
    switch identifier {
    case "1.2.840.10045.2.1":
      // A curve can be given by its parameters too.
      guard let parameters = algorithm.first, parameters.identifier == .objectIdentifier else {
        return .curve("of its own")
      }
      let curve = try self.identifier(parameters)
      return .curve(self.curves[curve] ?? curve)
    case "1.3.101.112": return .curve("Ed25519")
    case "1.3.101.113": return .curve("Ed448")
    case _ where self.rsa.contains(identifier):
      // The first byte of a bit string says how many bits of its last are unused.
      let bits = try self.bytes(of: self.next(&fields, "a key"), "a key")
      var numbers = try self.children(of: DER.parse(bits.dropFirst()), "a key")
      let modulus = try self.bytes(of: self.next(&numbers, "a modulus"), "a modulus")
        .drop { $0 == 0 }
      guard let first = modulus.first else { throw Unexpected(words: "a modulus of 0") }
      return .rsa(bits: modulus.count * 8 - first.leadingZeroBitCount)
    default: return .other(identifier)
    }
  }
}
