import ApplianceConfiguration
import ArgumentParser

/// `appliance config explain`: what a diagnostic code means, on what it rests, and the fix.
struct ConfigExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a diagnostic code: an example, the evidence and the fix.",
    discussion: """
      Without a code it lists all of them.

      Example: appliance config explain LOG012
      """)

  @Argument(help: "Codes such as LOG012.", transform: CodeArgument.code)
  var codes: [DiagnosticCode] = []

  func run() {
    guard !self.codes.isEmpty else {
      for code in DiagnosticCode.allCases {
        Terminal.output.line("\(code.rawValue) \(code.severity.rawValue): \(code.title)")
      }
      return
    }
    for (index, code) in self.codes.enumerated() {
      if index > 0 { Terminal.output.line() }
      let explanation = DiagnosticExplanation(code)
      Terminal.output.line("\(code.rawValue) \(code.severity.rawValue): \(code.title)", .bold)
      Terminal.output.line("")
      Terminal.output.line("Example:   \(Self.examples[code.rawValue] ?? "")")
      Terminal.output.line("Meaning:   \(explanation.consequence)")
      Terminal.output.line("Evidence:  \(code.fact.text)")
      Terminal.output.line("Fix:       \(explanation.fix)")
    }
  }

  /// A finding of each code, as docs/DIAGNOSTICS.md has it.
  private static let examples: [String: String] = {
    let text = String(decoding: PackageResources.diagnostic_examples_txt, as: UTF8.self)
    let rows = text.split(separator: "\n").map { $0.split(separator: "\t", maxSplits: 1) }
    return Dictionary(
      rows.filter { $0.count == 2 }.map { (String($0[0]), String($0[1])) },
      uniquingKeysWith: { first, _ in first })
  }()
}
