import Simulation

/// Something of a site that is put into a file, and the words of it that a copy must not have.
struct PlantedSecret: Sendable {
  let text: String
  let needles: [String]

  /// What it is.
  enum Kind: String, CaseIterable, Sendable {
    case host, mailAddress, addressIPv4, networkIPv4, rangeIPv4, addressIPv6, hardwareColons
    case hardwareDots, hardwareDashes, directoryName, domainComponents, query, share, shareEscaped
    case url, urlToken, urlWithUser, regexHost, regexHostTwice, regexBrackets, regexNetwork
    case regexMail, certificate, certificateOnOneLine, base64
    case identifier, serial, webToken
    case setting, settingQuoted, settingOfHost, plainPassword
    case option, authorization, bearer, serviceName
    case domainUser, domainUserEscaped, userWithPassword, homeOfWindows, homeOfUnix
    case queryOfFile, queryOfHost, queryAlone, queryWithoutName, sessionInPath
    case regexAlternatives, regexAlternativesMail, regexGroupedDot, regexAnyDot, regexNetworks
    case directoryQuoted, directoryPerson, directoryOneLine, directoryOfUser
    case shareWithBlank, shareForward, hexadecimalAddress
    case attachedPassword, userOption, displayName, displayNameQuoted, quotedLocalPart
    case encodedWord, encodedBytes
  }
}

extension SeededGenerator {
  /// A word that nothing else has.
  mutating func word(_ length: Int = 8) -> String {
    "q" + String((1..<length).map { _ in self.pick("abcdefghijkmnoprstuvwxyz") })
  }

  private mutating func pick(_ text: String) -> Character {
    let characters = Array(text)
    return characters[Int(self.uniform(below: UInt64(characters.count)))]
  }

  private mutating func text(_ length: Int, of characters: String) -> String {
    String((0..<length).map { _ in self.pick(characters) })
  }

  private mutating func octet() -> Int { self.uniform(in: 11...126) }

  private mutating func random(_ length: Int) -> String {
    "Zq7" + self.text(length, of: "abcdefghijkmnopqrstuvwxyzABCDEFGHKLMNPQRSTUVWXYZ23456789")
  }

  private mutating func hexadecimal() -> String { self.text(4, of: "0123456789abcdef") }

  mutating func secret(_ kind: PlantedSecret.Kind) -> PlantedSecret {
    switch kind {
    case .host, .mailAddress, .regexHost, .regexHostTwice, .regexBrackets, .regexMail,
      .serviceName:
      return self.hostSecret(kind)
    case .addressIPv4, .networkIPv4, .rangeIPv4, .regexNetwork, .addressIPv6, .hardwareColons,
      .hardwareDots, .hardwareDashes:
      return self.addressSecret(kind)
    case .url, .urlToken, .urlWithUser, .share, .shareEscaped, .directoryName, .domainComponents,
      .query:
      return self.placeSecret(kind)
    case .certificate, .certificateOnOneLine, .base64, .identifier, .serial, .webToken, .setting,
      .settingQuoted, .settingOfHost, .plainPassword, .option, .authorization, .bearer:
      return self.keySecret(kind)
    case .domainUser, .domainUserEscaped, .userWithPassword, .homeOfWindows, .homeOfUnix:
      return self.userSecret(kind)
    case .queryOfFile, .queryOfHost, .queryAlone, .queryWithoutName, .sessionInPath,
      .regexAlternatives, .regexAlternativesMail, .regexGroupedDot, .regexAnyDot, .regexNetworks:
      return self.patternSecret(kind)
    case .directoryQuoted, .directoryPerson, .directoryOneLine, .directoryOfUser, .shareWithBlank,
      .shareForward, .hexadecimalAddress, .attachedPassword, .userOption, .displayName,
      .displayNameQuoted, .quotedLocalPart, .encodedWord, .encodedBytes:
      return self.writtenSecret(kind)
    }
  }

  /// Queries that have no scheme before them, and what regular expressions leave open.
  private mutating func patternSecret(_ kind: PlantedSecret.Kind) -> PlantedSecret {
    let (a, b, c) = (self.word(), self.word(), self.word())
    let octets = (0..<4).map { _ in String(self.octet()) }
    let networks = [octets[0...1], octets[2...3]].map { $0.joined(separator: #"\."#) }
    return switch kind {
    case .queryOfFile: PlantedSecret(text: "index.html?sid=\(a)&amp;x=1", needles: [a])
    case .queryOfHost: PlantedSecret(text: "\(a).\(b).ch/p?t=\(c)", needles: [a, b, c])
    case .queryAlone: PlantedSecret(text: "?auth=\(a)", needles: [a])
    case .queryWithoutName: PlantedSecret(text: "/cb?\(a)7\(b)", needles: [a, b])
    case .sessionInPath: PlantedSecret(text: "/p;jsessionid=\(a)", needles: [a])
    case .regexAlternatives: PlantedSecret(text: #"@(\#(a)|\#(b))\.com$"#, needles: [a, b])
    case .regexAlternativesMail:
      PlantedSecret(text: #"[a-z]+@(?:\#(a)|other)\.\#(b)\.com"#, needles: [a, b])
    case .regexGroupedDot: PlantedSecret(text: #"\#(a)(\.)com"#, needles: [a])
    case .regexAnyDot: PlantedSecret(text: "\(a).?com", needles: [a])
    default:
      PlantedSecret(text: #"(\#(networks.joined(separator: "|")))\."#, needles: networks)
    }
  }

  /// What people and commands write beside names, addresses and options.
  private mutating func writtenSecret(_ kind: PlantedSecret.Kind) -> PlantedSecret {
    let (a, b, c) = (self.word(), self.word(), self.word())
    return switch kind {
    case .directoryQuoted: PlantedSecret(text: "O=\"\(a) \(b), Inc.\",C=CH", needles: [a, b])
    case .directoryPerson: PlantedSecret(text: "cn=\"\(a), \(b)\",ou=\(c)", needles: [a, b, c])
    case .directoryOneLine:
      PlantedSecret(text: "/C=CH/ST=\(a)/O=\(b) Ltd/CN=mail.\(c).ch", needles: [a, b, c])
    case .directoryOfUser:
      PlantedSecret(text: "(proxyAddresses=smtp:{u}@\(a).\(b).ch)", needles: [a, b])
    case .shareWithBlank:
      PlantedSecret(text: #"\\\#(a)\My \#(b) Share\x.txt"#, needles: [a, b])
    case .shareForward: PlantedSecret(text: "//\(a)/\(b)/x", needles: [a, b])
    case .hexadecimalAddress:
      PlantedSecret(text: "0xac1b7f3e", needles: ["ac1b7f3e"])
    case .attachedPassword: PlantedSecret(text: "mysql -u root -p\(a)7 db", needles: [a])
    case .userOption: PlantedSecret(text: "curl --user \(a):\(b)! x", needles: [a, b])
    case .displayName:
      PlantedSecret(text: "\(a) \(b) &lt;x@\(c).com&gt;", needles: [a, b, c])
    case .displayNameQuoted: PlantedSecret(text: "\"\(a)\" &lt;x@\(c).com>", needles: [a, c])
    case .quotedLocalPart: PlantedSecret(text: "\"\(a) \(b)\"@\(c).com", needles: [a, b, c])
    case .encodedWord: PlantedSecret(text: "=?utf-8?Q?\(a)=C3=A4_\(b)?=", needles: [a, b])
    default: PlantedSecret(text: "=?iso-8859-1?B?\(a)\(b)==?=", needles: [a, b])
    }
  }

  private mutating func userSecret(_ kind: PlantedSecret.Kind) -> PlantedSecret {
    let words = (0..<3).map { _ in self.word() }
    let (a, b, c) = (words[0], words[1], words[2])
    return switch kind {
    case .domainUser:
      PlantedSecret(
        text: #"\#(a.uppercased())\\#(b).\#(c)"#, needles: [a.uppercased(), b, c])
    case .domainUserEscaped: PlantedSecret(text: #"\#(a).local\\\#(b)"#, needles: [a, b])
    case .userWithPassword: PlantedSecret(text: "\(a):\(b)!$1@\(c)", needles: words)
    case .homeOfWindows:
      PlantedSecret(text: #"C:\Users\\#(a)\Documents or D:\\Users\\\#(b)"#, needles: [a, b])
    default:
      PlantedSecret(text: "/home/\(a)/.ssh, /Users/\(b) and ~\(c)/bin", needles: words)
    }
  }

  private mutating func hostSecret(_ kind: PlantedSecret.Kind) -> PlantedSecret {
    let (first, second) = (self.word(), self.word())
    let text =
      switch kind {
      case .mailAddress: "\(first)@\(second).com"
      case .regexHost: #"^.*\.\#(first)\.\#(second)\.com$"#
      case .regexHostTwice: #"(?i)@\#(first)\\.\#(second)\\.ch$"#
      case .regexBrackets: "\(first)[.]\(second)[.]net"
      case .regexMail: #"\#(first)@\#(second)\.org"#
      case .serviceName: "_sip._tcp.\(first).\(second).com"
      default: "\(first).\(second).co.uk"
      }
    return PlantedSecret(text: text, needles: [first, second])
  }

  private mutating func addressSecret(_ kind: PlantedSecret.Kind) -> PlantedSecret {
    let octets = [self.octet(), self.octet(), self.octet(), self.octet()]
    let dotted = octets.map(String.init).joined(separator: ".")
    let network = octets.prefix(3).map(String.init).joined(separator: ".")
    let escaped = octets.prefix(3).map(String.init).joined(separator: #"\."#)
    let groups = (0..<3).map { _ in "a" + self.hexadecimal().dropFirst() }
    let pairs = groups.flatMap { [String($0.prefix(2)), String($0.suffix(2))] }
    switch kind {
    case .networkIPv4: return PlantedSecret(text: "\(network).0/24", needles: [network])
    case .rangeIPv4: return PlantedSecret(text: "\(dotted)-\(network).250", needles: [network])
    case .regexNetwork: return PlantedSecret(text: #"\#(escaped)\.[0-9]+"#, needles: [escaped])
    case .addressIPv6:
      return PlantedSecret(
        text: "2a02:\(groups.joined(separator: ":"))::7",
        needles: [groups[1...].joined(separator: ":")])
    case .hardwareColons:
      let text = pairs.joined(separator: ":")
      return PlantedSecret(text: text, needles: [String(text.suffix(11))])
    case .hardwareDashes:
      let text = pairs.joined(separator: "-")
      return PlantedSecret(text: text, needles: [String(text.suffix(11))])
    case .hardwareDots:
      let text = groups.joined(separator: ".")
      return PlantedSecret(text: text, needles: [String(text.suffix(9))])
    default: return PlantedSecret(text: dotted, needles: [network])
    }
  }

  private mutating func placeSecret(_ kind: PlantedSecret.Kind) -> PlantedSecret {
    let words = (0..<5).map { _ in self.word() }
    let (a, b, c, d, e) = (words[0], words[1], words[2], words[3], words[4])
    return switch kind {
    case .url: PlantedSecret(text: "https://\(a).\(b).ch:8443/\(c)/x", needles: [a, b, c])
    case .urlToken:
      PlantedSecret(text: "https://\(a).ch/x?id=\(b)&amp;token=\(c)#\(d)", needles: [a, b, c, d])
    case .urlWithUser:
      PlantedSecret(text: "ftp://\(a):\(b)!1@\(c).\(d).org/\(e)", needles: words)
    case .share: PlantedSecret(text: #"\\\#(a)\\#(b)$\\#(c)"#, needles: [a, b, c])
    case .shareEscaped: PlantedSecret(text: #"\\\\\#(a)\\\#(b)\\\#(c)"#, needles: [a, b, c])
    case .directoryName:
      PlantedSecret(text: "cn=\(a) \(b),ou=\(c),dc=\(d),dc=\(e)", needles: words)
    case .domainComponents: PlantedSecret(text: "dc=\(a),dc=\(b),dc=com", needles: [a, b])
    default: PlantedSecret(text: "(&amp;(cn=\(a))(memberOf=cn=\(b),o=\(c)))", needles: [a, b, c])
    }
  }

  private mutating func keySecret(_ kind: PlantedSecret.Kind) -> PlantedSecret {
    let (word, key) = (self.word(), self.random(30))
    let groups = (0..<3).map { _ in self.hexadecimal() }
    let lines = [self.random(60), self.random(60), self.random(20)]
    return switch kind {
    case .certificate:
      PlantedSecret(
        text: "-----BEGIN CERTIFICATE-----\n\(lines.joined(separator: "\n"))==\n"
          + "-----END CERTIFICATE-----", needles: lines)
    case .certificateOnOneLine:
      PlantedSecret(
        text: #"-----BEGIN PRIVATE KEY-----\n\#(word)\n-----END PRIVATE KEY-----"#, needles: [word])
    case .base64: PlantedSecret(text: lines[0] + "+/" + lines[1] + "==", needles: lines.dropLast())
    case .identifier:
      PlantedSecret(
        text: "a0c1\(groups[0])-12ab-4cde-8f01-\(groups[1])\(groups[2])d5f6",
        needles: [groups[1] + groups[2]])
    case .serial: PlantedSecret(text: "A4BADB4712A9-511AA1E", needles: ["A4BADB4712A9"])
    case .webToken:
      PlantedSecret(
        text: lines.joined(separator: "."), needles: lines)
    case .setting: PlantedSecret(text: "ldap_bind_pw = \(word)!", needles: [word])
    case .settingQuoted: PlantedSecret(text: "'apiToken': '\(word) \(word)'", needles: [word])
    case .settingOfHost:
      PlantedSecret(text: "server=\(word);user=\(word);pwd=\(word)", needles: [word])
    case .plainPassword: PlantedSecret(text: "password \(word)7", needles: [word])
    case .option: PlantedSecret(text: "x --password=\(word) -v", needles: [word])
    case .authorization: PlantedSecret(text: "Authorization: Basic \(word)=", needles: [word])
    case .bearer: PlantedSecret(text: "curl with Bearer \(word)", needles: [word])
    default: PlantedSecret(text: key, needles: [key])
    }
  }
}
