import ApplianceConfiguration
import ConfigurationXML
import Simulation
import Support
import Testing

@testable import ConfigurationSanitizing

/// What identifies a site, of all kinds and in all places: nothing of it is in a copy.
@Suite struct PlantedSecretsTests {
  private static func quoted(_ text: String) -> String {
    text.replacing("'", with: "&apos;").replacing("\"", with: "&quot;")
  }

  /// Where a text is put that has a form by which it is known.
  private static let places: [@Sendable (String) -> String] = [
    { "<policy_x><rule>\($0)</rule></policy_x>" },
    { "<policy_x><rule>see \($0) for more.</rule></policy_x>" },
    { "<policy_x><rule label=\"\(quoted($0))\"/></policy_x>" },
    { "<policy_x><rule label='a, \(quoted($0)), b'>1</rule></policy_x>" },
    { "<x><![CDATA[if (\($0)) { drop(); }]]></x>" },
    { "<x>first&#10;&quot;\($0)&quot; &lt;\($0)&gt;</x>" },
    { "<!-- ask about \($0) -->" },
    { "<?tool \($0)?>" },
    { "<login_banner>Welcome, \($0)!</login_banner>" },
    { "<message_template><subject>\($0)</subject><line>\($0)</line></message_template>" },
    { "<ldap_query>\($0)</ldap_query>" },
  ]

  /// Elements and attributes that are secrets by their names, or hold what somebody chose.
  private static let namedPlaces: [@Sendable (String) -> String] = [
    { "<ldap_server_pass>\($0)</ldap_server_pass>" }, { "<auth_pwd>\($0)</auth_pwd>" },
    { "<ldap_bind_pw>\($0)</ldap_bind_pw>" }, { "<proxy_psk>\($0)</proxy_psk>" },
    { "<pin>\($0)</pin>" }, { "<otp_seed>\($0)</otp_seed>" }, { "<otp2>\($0)</otp2>" },
    { "<cloudCred>\($0)</cloudCred>" }, { "<kafka><cert><a b='\($0)'>\($0)</a></cert></kafka>" },
    { "<apiKey>\($0)</apiKey>" }, { "<x hash=\"\($0)\"/>" }, { "<private>\($0)</private>" },
    { "<bearer>\($0)</bearer>" }, { "<x accessToken='\($0)'/>" },
    { "<clientsecret>\($0)</clientsecret>" },
    { "<property name=\"db.password\" value=\"\($0)\"/>" },
    { "<entry key='api_key'>\($0)</entry>" },
    { "<p><name>smtp_pass</name><value>\($0)</value></p>" },
    { "<cert pem='\($0)'/>" }, { "<cd_name>\($0)</cd_name>" }, { "<topic>\($0)</topic>" },
    { "<radius_host>\($0)</radius_host>" }, { "<syslocation>\($0)</syslocation>" },
    { "<resource_text>\($0) 12</resource_text>" }, { "<motd>\($0)</motd>" },
    { "<text_resource><data>\($0)</data></text_resource>" },
    { "<otps>\($0)</otps>" }, { "<psks>\($0)</psks>" }, { "<pws><a>\($0)</a></pws>" },
    { "<key_size>\($0)</key_size>" }, { "<pin_type>\($0)</pin_type>" }, { "<x nonce='\($0)'/>" },
    { "<message><line>see \($0)</line></message>" }, { "<query><line>x \($0)</line></query>" },
    { "<legal_notice><p><b>\($0)</b></p></legal_notice>" },
    { "<passphrase>\($0)</passphrase>" }, { "<hostkeys><hostkey>\($0)</hostkey></hostkeys>" },
  ]

  private struct File {
    var content = ""
    var header = ""
    var needles: [String] = []
    var count = 0

    mutating func add(_ secret: PlantedSecret, _ place: (String) -> String) {
      self.content += place(secret.text) + "\n"
      self.needles += secret.needles
      self.count += 1
    }

    var bytes: [UInt8] {
      Array(
        (SampleHeader.prologue + SampleHeader.comment(with: "  \(self.header)\n") + """
          <config><hostname>mail.example.com</hostname><timezone>Etc/GMT</timezone>
          \(self.content)</config>

          """).utf8)
    }
  }

  private static func file(_ seed: UInt64) -> File {
    var generator = SeededGenerator(seed: seed)
    var file = File()
    for kind in PlantedSecret.Kind.allCases {
      for _ in 0..<3 {
        let place = Self.places[Int(generator.uniform(below: UInt64(Self.places.count)))]
        file.add(generator.secret(kind), place)
      }
    }
    for place in Self.namedPlaces {
      let word = generator.word()
      file.add(PlantedSecret(text: word, needles: [word]), place)
    }
    for key in ["Owner", "Serial Nunber"] {
      let word = generator.word()
      file.header += "\(key): \(word)\n"
      file.needles.append(word)
    }
    return file
  }

  private static func findings(_ bytes: [UInt8]) -> [String] {
    ConfigurationReader().read(bytes: bytes, name: "x").diagnostics
      .filter { $0.code != .headerLineUnknown }
      .map { "\($0.code) \($0.severity) \($0.position?.line ?? 0)" }
  }

  @Test func noneIsLeft() throws {
    for seed in 0..<Thoroughness.cases(few: 3, many: 120) {
      let file = Self.file(UInt64(seed))
      #expect(file.count > 100)
      for key in [SanitizingKey(UInt64(seed), 1), SanitizingKey(text: "another")] {
        let bytes = try ConfigurationSanitizer(key: key).sanitized(file.bytes)
        let copy = String(decoding: bytes, as: UTF8.self).lowercased()
        let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n")
        for needle in file.needles where copy.contains(needle.lowercased()) {
          Issue.record("seed \(seed): \(needle) of \(lines.filter { $0.contains(needle) })")
        }
        #expect(Self.findings(bytes) == Self.findings(file.bytes))
      }
    }
  }

  /// Each kind in each place, one at a time, so that a failure names both.
  @Test(arguments: PlantedSecret.Kind.allCases)
  func noneIsLeftInAnyPlace(_ kind: PlantedSecret.Kind) throws {
    var generator = SeededGenerator(seed: 5)
    let sanitizer = ConfigurationSanitizer(key: SanitizingKey(text: "for these tests"))
    for place in Self.places {
      var file = File()
      let secret = generator.secret(kind)
      file.add(secret, place)
      let copy = String(decoding: try sanitizer.sanitized(file.bytes), as: UTF8.self)
      let content = copy.split(separator: "\n").dropFirst(9).joined(separator: "\n")
      for needle in secret.needles where content.lowercased().contains(needle.lowercased()) {
        Issue.record("\(needle) of \(file.content) in \(content)")
      }
    }
  }

  /// A copy without what is known by form alone would be no proof if the file had none of it.
  @Test func theFilesHaveWhatIsLookedFor() {
    let file = Self.file(1)
    let text = String(decoding: file.bytes, as: UTF8.self)
    for needle in file.needles { #expect(text.contains(needle)) }
    #expect(Set(file.needles).count > 150)
  }
}
