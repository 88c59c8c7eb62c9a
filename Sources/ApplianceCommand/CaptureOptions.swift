import Text
import ApplianceRuntime
import ArgumentParser
import NetworkModel

/// A capture of what a live appliance sends and receives.
struct CaptureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Capture the packets of pushes and alert mails into FILE.pcap or FILE.pcapng.",
      valueName: "FILE"))
  var capture: String?

  @Option(
    help: ArgumentHelp(
      "Capture format, pcap or pcapng (default: by the file's name).", valueName: "FORMAT"),
    transform: { try word($0) as CaptureFormat })
  var captureFormat: CaptureFormat?

  @Option(
    help: ArgumentHelp(
      "Capture packets (needs CAP_NET_RAW), or write synthesised ones, made from socket events "
        + "(default: packets where allowed).",
      valueName: "KIND"), transform: { try word($0) as LiveCapture.Kind })
  var captureKind: LiveCapture.Kind?

  mutating func validate() throws {
    guard let capture else {
      guard self.captureFormat == nil, self.captureKind == nil else {
        throw ValidationError(
          "--capture-format and --capture-kind need --capture FILE")
      }
      return
    }
    guard self.captureFormat != nil || Self.format(of: capture) != nil else {
      throw ValidationError(
        "--capture: found \(capture), allowed: a name that ends in .pcap or .pcapng, "
          + "or any other one together with --capture-format")
    }
  }

  /// The capture that was asked for, begun; `nil` for none.
  func begin() throws -> LiveCapture? {
    guard let path = self.capture, let format = self.captureFormat ?? Self.format(of: path) else {
      return nil
    }
    let capture = try LiveCapture(path: path, format: format, kind: self.captureKind)
    if let refusal = capture.refusal {
      Terminal.error.line(
        "\(path): warning: \(LiveCapture.mark): packet sockets are not allowed here: \(refusal)")
    }
    return capture
  }

  private static func format(of path: String) -> CaptureFormat? {
    CaptureFormat.allCases.first { path.hasSuffix(".\($0.rawValue)") }
  }
}

/// What a capture came to, in words.
enum CaptureText {
  /// - Throws: when the file ended before its time; to be said after everything else.
  static func require(_ summary: LiveCapture.Summary?) throws {
    guard let summary, let problem = summary.problem else { return }
    throw CommandFailure("capture \(summary.path) ended early: \(problem)")
  }

  static func line(_ summary: LiveCapture.Summary) -> String {
    var parts = [Plural.counted(summary.packets, "packet")]
    if summary.kind == .synthesised { parts.append(LiveCapture.mark) }
    if summary.leftOut > 0 { parts.append("\(summary.leftOut) more did not fit") }
    if summary.dropped > 0 {
      parts.append(
        "\(Plural.counted(summary.dropped, "more was", "more were")) dropped by the kernel")
    }
    if summary.unseen > 0 {
      parts.append(
        "\(Plural.counted(summary.unseen, "connection by IPv6 is", "connections by IPv6 are")) "
          + "not in it"
      )
    }
    if let problem = summary.problem { parts.append("it ended early: \(problem)") }
    return "capture \(summary.path): \(parts.joined(separator: ", "))"
  }
}
