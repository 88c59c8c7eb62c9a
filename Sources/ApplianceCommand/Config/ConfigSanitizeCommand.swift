import ApplianceConfiguration
import ArgumentParser
import ConfigurationChecks
import ConfigurationSanitizing
import ConfigurationXML

/// `appliance config sanitize`: a copy of a configuration that can be shared.
struct ConfigSanitizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sanitize",
    abstract: "Write a copy to share, with the same findings.",
    discussion: """
      Host names, domains, mail and IP addresses, user names, names that somebody chose, \
      passphrases, keys, certificates, the serial number and the words of comments are replaced, \
      the same value by the same; every other byte stays. docs/CONFIG-CI.md lists it. The copy is \
      written only when it has the same findings as the original at the same lines. Read it \
      before it leaves the house: what an unknown element holds is kept unless it looks like a \
      host or an address.

      Without --key each run replaces differently. Whoever has the key can find out a value.

      Example: appliance config sanitize appliance-config.xml --output shared.xml --key "a secret"
      """)

  @Argument(help: "The configuration file.")
  var file: String

  @Option(
    help: ArgumentHelp("Where the copy goes, standard output if not given.", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp("The same replacements wherever this key is given.", valueName: "text"))
  var key: String?

  @Option(help: "A number in place of a key, for tests: easily guessed.")
  var seed: UInt64?

  @OptionGroup var size: SizeOption

  func validate() throws {
    if self.key != nil && self.seed != nil {
      throw ValidationError("found --key and --seed, allowed: one of them")
    }
    if self.key?.isEmpty == true {
      throw ValidationError("--key: found an empty text, allowed: a key")
    }
  }

  func run() throws {
    if let output = self.output, NamedFile.isSame(output, self.file) {
      throw CommandFailure("--output: found \(self.file) itself, allowed: another file")
    }
    let checker = self.size.checker()
    let bytes = try NamedFile.read(self.file, limits: self.size.limits)
    let copy: [UInt8]
    do throws(ConfigurationSanitizer.Refusal) {
      copy = try ConfigurationSanitizer(key: self.sanitizingKey).sanitized(bytes)
    } catch {
      throw CommandFailure("\(self.file): \(error)")
    }
    let findings = [bytes, copy].map { content in
      checker.reader.read(bytes: content, name: self.file).diagnostics
        .map(SanitizedFinding.init)
    }
    guard findings[0] == findings[1] else {
      let differing = zip(findings[0], findings[1]).first { $0 != $1 }?.0 ?? findings[0].last
      let place = differing.map { "\($0.code.rawValue) at line \($0.line ?? 0)" } ?? "new findings"
      throw CommandFailure(
        "\(self.file): the copy would not have the same findings (\(place)); nothing is written, "
          + "another key may help")
    }
    if let output = self.output {
      try NamedFile.write(copy, to: output)
    } else {
      Terminal.output.write(bytes: copy)
    }
  }

  private var sanitizingKey: SanitizingKey {
    if let key = self.key { return SanitizingKey(text: key) }
    if let seed = self.seed { return SanitizingKey(seed, ~seed) }
    return SanitizingKey(UInt64.random(in: 0 ... .max), UInt64.random(in: 0 ... .max))
  }
}

/// What of a finding must be the same in the copy.
struct SanitizedFinding: Hashable {
  let code: DiagnosticCode
  let severity: Diagnostic.Severity
  let line: Int?

  init(_ finding: Diagnostic) {
    self.code = finding.code
    self.severity = finding.severity
    self.line = finding.position?.line
  }
}
