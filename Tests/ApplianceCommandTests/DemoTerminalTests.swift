import Foundation
import Support
import Testing

/// A newcomer's walk: the demo in a pseudo-terminal, and what its options change.
@Suite struct DemoTerminalTests {
  /// Cases in virtual time, the terminal's width, and the golden text.
  private static let cases = [
    ("udp-loss", 80, "demo-udp-loss-80.txt"), ("udp-loss", 120, "demo-udp-loss-120.txt"),
    ("black-hole", 80, "demo-black-hole-80.txt"), ("black-hole", 120, "demo-black-hole-120.txt"),
    ("ips-signature", 80, "demo-ips-signature-80.txt"),
    ("ips-signature", 120, "demo-ips-signature-120.txt"),
    ("at-least-once", 80, "demo-at-least-once-80.txt"),
    ("at-least-once", 120, "demo-at-least-once-120.txt"),
  ]

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// Cases in virtual time are the same text on every machine.
  @Test(arguments: cases)
  func aCaseInATerminalIsTheGoldenOne(demoCase: String, columns: Int, golden: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      let (status, output) = try TerminalCommand(
        ["demo", demoCase, "--output", "out", "--spans", "2"], columns: columns, in: folder
      ).end()
      #expect(status == 0, "\(output)")
      for line in Self.lines(output) { #expect(line.count <= columns, "\(line)") }
      let outcome = try GoldenFile.compare(
        Array(output.utf8), suite: "ApplianceCommand", name: golden)
      #expect(outcome == .same)
    }
  }

  /// The live demo's times, ports and counts are the machine's: the golden text has its headings,
  /// the mail and the verdicts, with `#` for each number.
  @Test(
    .timeLimit(.minutes(2)), arguments: [(80, "demo-80.txt"), (120, "demo-120.txt")])
  func theLiveDemoInATerminalIsTheGoldenOne(columns: Int, golden: String) throws {
    try BuiltCommand.withScratchFolder { folder in
      let (status, output) = try TerminalCommand(
        ["demo", "--output", "out", "--spans", "2"], columns: columns, in: folder
      ).end()
      #expect(status == 0, "\(output)")
      let lines = Self.lines(output)
      for line in lines { #expect(line.count <= columns, "\(line)") }
      #expect(lines.contains { $0.hasSuffix("\u{2026}") && $0.count == columns })
      let kept = lines.filter { line in
        line.contains(#/^[0-9]+\. /#) || line.hasPrefix("   yes ") || line.hasPrefix("   | ")
          || line.hasPrefix("Lines lost") || line.hasPrefix("Everything ")
      }
      let text = kept.joined(separator: "\n").replacing(/[0-9A-F]*[0-9][0-9A-F]*/, with: "#")
        .replacing(/# (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) #/, with: "# MONTH #")
        .replacing(/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), #/, with: "DAY, #")
      let outcome = try GoldenFile.compare(
        Array((text + "\n").utf8), suite: "ApplianceCommand", name: golden)
      #expect(outcome == .same)
    }
  }

  @Test func whatGoesIntoAPipeStaysWhole() throws {
    let outcome = try BuiltCommand.run(["demo", "udp-loss"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(!outcome.output.contains("\u{2026}"))
    #expect(Self.lines(outcome.output).contains { $0.count > 120 })
    // A pace changes when, not what; the folder's name is another one each time.
    let paced = try BuiltCommand.run(["demo", "udp-loss", "--pace", "1ms"])
    let folder = /\S*appliance-demo-[0-9A-F-]+/
    #expect(
      paced.output.replacing(folder, with: "OUT") == outcome.output.replacing(folder, with: "OUT"))
  }

  @Test(.timeLimit(.minutes(2))) func stepWaitsForEnter() throws {
    try BuiltCommand.withScratchFolder { folder in
      let command = try TerminalCommand(["demo", "black-hole", "--step"], columns: 80, in: folder)
      let prompt = "Press Enter to go on"
      #expect(command.reads(prompt))
      #expect(!command.output.contains("Packets at the appliance"))
      command.type("\n")
      #expect(command.reads("Packets at the appliance"))
      #expect(command.reads("more\n\n   \(prompt)"))
      #expect(!command.output.contains("What the appliance notices"))
      command.type("\n\n\n\n\n\n")
      let (status, output) = command.end()
      #expect(status == 0)
      #expect(output.components(separatedBy: prompt).count - 1 == 5)
    }
  }

  /// Whoever interrupts while the demo waits gets its end at once, and no success.
  @Test(.timeLimit(.minutes(2))) func anInterruptEndsTheWaiting() throws {
    try BuiltCommand.withScratchFolder { folder in
      let command = try TerminalCommand(
        ["demo", "udp-loss", "--pace", "1h"], columns: 80, in: folder)
      #expect(command.reads("Cause: "))
      command.interrupt()
      let (status, output) = command.end()
      #expect(status == 1)
      #expect(!output.contains("lines lost: "))
      #expect(output.contains("the demo was interrupted"))
    }
  }

  @Test(arguments: [
    (["demo", "udp-loss", "--step", "--pace", "1s"], "give either --step or --pace"),
    (["demo", "udp-loss", "--to", "127.0.0.1:514"], "--to and --capture are for documented-reset"),
    (["demo", "--pace", "5"], "allowed: a duration such as 500ms"),
  ])
  func optionsThatDoNotFitAreRefused(_ arguments: [String], _ text: String) throws {
    let outcome = try BuiltCommand.run(arguments)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(text), "\(outcome.errors)")
  }

  @Test(arguments: [80, 120]) func aLadderFitsTheTerminal(columns: Int) throws {
    try BuiltCommand.withScratchFolder { folder in
      let scenario = Repository.url.appendingPathComponent(
        "fixtures/scenarios/documented-reset.yaml")
      let (status, output) = try TerminalCommand(
        ["simulate", scenario.path, "--ladder", "--output", "out"], columns: columns, in: folder
      ).end()
      #expect(status == 0, "\(output)")
      let ladder = Self.lines(output).filter { $0.hasPrefix("08:50:04.") }
      #expect(ladder.count >= 8)
      for line in ladder { #expect(line.count <= columns, "\(line)") }
      // What a fault did is seen in the short form too.
      #expect(ladder.contains { $0.contains("[RST,ACK]") && $0.contains("<== reset-after") })
    }
  }
}
