import ApplianceConfiguration
import ConfigurationXML
import Testing

@testable import ConfigurationSanitizing

/// What the names of elements, attributes and settings say of what they hold.
@Suite struct SanitizedNamesTests {
  private static let secrets = """
    pass pwd pw psk pin seed otp cred cert key hash private bearer token secret ldap_bind_pw
    auth_pwd otp_seed apiKey APIKey ldap_server_pass https_proxy_psk client-cert rsaKey2 pin1
    user.pass
    sharedSecret authpassphrase trapcommunity apikey bindpw hostkeys enc_password privateKeyPEM
    http_token ssh_host_keys ldap_server_cert keys presharedkey hashkey pwhash pskey otpseed totpseed
    bearertoken hmackey wpakey wepkey ntpkey tsigkey ntlmhash hashed pincode keydata keystore
    keymaterial keyring
    """.split { " \n".contains($0) }.map(String.init)

  private static let others = """
    keyboard monkey mapping spin opinion passive bypass compass seedling hashtag privateer certain
    turkey tokyo keynote pinned accredit module log_level timezone port type protocol facility
    hostname interface_name bytes_to_record rolloversize passenger donkey keyword
    """.split { " \n".contains($0) }.map(String.init)

  @Test(arguments: secrets)
  func aNameSaysThatASecretFollows(_ name: String) {
    #expect(NameWords(name.utf8).isSecret)
    #expect(ValueKind.of(name) == .secret)
  }

  @Test(arguments: others)
  func partOfAWordIsNone(_ name: String) {
    #expect(!NameWords(name.utf8).isSecret)
    #expect(ValueKind.of(name) != .secret)
  }

  @Test func marksAndCasePartWords() {
    #expect(NameWords("HTTPSCert2_fooBar-x".utf8).words == ["https", "cert", "foo", "bar", "x"])
    #expect(NameWords("".utf8).words.isEmpty)
    #expect(NameWords("__1".utf8).words.isEmpty)
  }

  /// What is read and has a closed set of values, or a number, is no secret, whatever its name.
  @Test func whatIsReadStays() {
    let open: Set<String> = ["passphrase", "enc_password"]
    for (container, names) in ConfigurationVocabulary.read {
      for name in names where !open.contains(name) {
        #expect(ValueKind.of(name) != .secret, "\(container)/\(name)")
        #expect(ValueKind.of(name) != .prose, "\(container)/\(name)")
      }
    }
  }
}
