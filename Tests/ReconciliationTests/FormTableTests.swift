import Foundation
import Reconciliation
import Support
import Testing

/// The one table of forms: what is in it is read, and docs/RECONCILE.md has all of it.
@Suite struct FormTableTests {
  private static let log = ["Thu Jun 25 08:50:03 2015 Info: text"]

  @Test(arguments: ReceivedForm.all, [true, false])
  func theExampleIsRead(_ form: ReceivedForm, isForced: Bool) throws {
    let format = isForced ? ReceivedFormat.form(form) : .auto
    let file = try CollectorFile(form.example, format: format)
    let comparison = Comparison(
      Self.log, [file], format: format, tag: .named("Mail_Log", others: []))
    #expect(comparison.refusal() == nil)
    #expect(comparison.findings().isExact, "\(comparison.findings())")
  }

  @Test func namesAreTheFormatsValues() {
    #expect(Set(ReceivedFormat.names).count == ReceivedForm.all.count + 2)
    for name in ReceivedFormat.names { #expect(ReceivedFormat(name: name) != nil) }
    #expect(ReceivedFormat(name: "xml") == nil)
  }

  /// A row of the table of docs/RECONCILE.md.
  private static func row(_ form: ReceivedForm) -> String {
    let example = form.example.replacing("\n", with: "` `").replacing("\t", with: " ")
      .replacing("|", with: "\\|")
    return "| `\(form.name)` | \(form.collector.replacing("|", with: "\\|")) | `\(example)` |"
  }

  @Test func theDocumentHasTheTable() throws {
    let path = Repository.url.appendingPathComponent("docs/RECONCILE.md")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
    let header = "| `--format-received` | the collector's lines | such as |"
    let start = try #require(lines.firstIndex { $0 == header })
    let rows = lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map(String.init)
    #expect(
      rows == ReceivedForm.all.map(Self.row),
      "the rows that are right:\n\(ReceivedForm.all.map(Self.row).joined(separator: "\n"))")
  }
}

/// Of what collectors keep of a log nothing is missing, in any form.
@Suite struct CollectorSampleTests {
  private static let samples = CollectorSamples.all.indices

  @Test(arguments: samples, [true, false])
  func nothingIsMissing(index: Int, isForced: Bool) throws {
    let (form, title, text) = CollectorSamples.all[index]
    let format = isForced ? ReceivedFormat.named(form) : .auto
    let file = try CollectorFile(text, format: format)
    let comparison = Comparison(CollectorSamples.logged, [file], format: format)
    #expect(comparison.refusal() == nil, "\(form), \(title)")
    let findings = comparison.findings()
    #expect(findings.isExact, "\(form), \(title): \(findings)")
    #expect(findings.matched == CollectorSamples.log.count)
  }

  /// The same whichever bytes come at a time, and each is looked at once.
  @Test(arguments: samples)
  func piecesMakeNoDifference(index: Int) throws {
    let text = CollectorSamples.all[index].text
    let whole = try CollectorFile(text, pieceBytes: 1 << 20)
    for bytes in [1, 7, 100] {
      let file = try CollectorFile(text, pieceBytes: bytes)
      #expect(file.records == whole.records, "\(CollectorSamples.all[index].title)")
      #expect(file.steps <= whole.steps + whole.records.count * 16)
    }
  }

  /// A line less is one missing, in any form; not more, and not less.
  @Test(arguments: samples)
  func aLostLineIsMissing(index: Int) throws {
    let file = try CollectorFile(CollectorSamples.all[index].text)
    let lost = [TestLine(body: "Info: MID 999 lost", second: 4).logged]
    let log = CollectorSamples.logged
    let findings = Comparison(Array(log[..<4] + lost + log[4...]), [file]).findings()
    #expect(findings.missing == 1)
    #expect(findings.cut + findings.altered + findings.foreign + findings.duplicated == 0)
  }

  /// Of a form that is not the one that is named, nothing is counted.
  @Test func anotherFormThanNamedIsRefusedOrTheSame() throws {
    for (form, title, text) in CollectorSamples.all {
      for other in ReceivedForm.all where other.name != form {
        let format = ReceivedFormat.form(other)
        guard let file = try? CollectorFile(text, format: format) else { continue }
        let comparison = Comparison(CollectorSamples.logged, [file], format: format)
        if comparison.refusal() != nil { continue }
        let findings = comparison.findings()
        #expect(
          findings.isComplete || findings.isOfUnknownForm, "\(title) as \(other.name): \(findings)")
      }
    }
  }
}
