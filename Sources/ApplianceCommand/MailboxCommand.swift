import Text
import ArgumentParser
import FileStore
import Foundation
import LiveNetwork
import MailTransport
import NIOCore
import NIOPosix
import Reports
import ServiceLifecycle

/// `appliance mailbox`: an SMTP server that accepts every mail and saves it.
struct MailboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mailbox",
    abstract: "Receive mail by SMTP and save each mail to a file.",
    discussion: """
      Replaces the relay of alert mails in a lab. Accepts every sender and recipient until \
      stopped, or until --count mails have arrived, and saves each mail unchanged. A mail is \
      accepted when its file is complete; files of earlier runs stay.

      Example: appliance mailbox --port 2525 --output mailbox
      """)

  @Option(
    help: ArgumentHelp(
      "TCP port, or ADDRESS:PORT; 0 lets the system choose.", valueName: "PORT"))
  var port = ListenPlace(address: nil, port: 2525)

  @Option(help: "Address to listen on, IPv4 or IPv6, when --port has none.")
  var host = "127.0.0.1"

  @Option(help: "Folder for the mails.")
  var output = "mailbox"

  @Option(help: ArgumentHelp("Stop after N mails.", valueName: "N"))
  var count: Int?

  @Option(help: "Report of each mail on standard output: a line of text or of JSON.")
  var format = OutputFormat.text

  func validate() throws {
    guard (0...65_535).contains(self.port.port) else {
      throw ValidationError("--port: found \(self.port.port), allowed: 0 to 65535")
    }
    guard ListenPlace.address(self.host) != nil else {
      throw ValidationError("--host: found \(self.host), allowed: an IPv4 or IPv6 address")
    }
    if let count, count < 1 {
      throw ValidationError("--count: found \(count), allowed: 1 or more")
    }
  }

  func run() async throws {
    try OpenFiles.requireForSockets()
    let place = self.port.on(self.host)
    try await runUntilSignalled(
      MailboxService(
        host: place.host, port: place.port, folder: try MailFolder(path: self.output),
        count: self.count, format: self.format))
  }
}

/// As many mails as were wanted are saved.
private struct MailboxFull: Error {}

/// The mailbox from start to a shutdown.
private struct MailboxService: Service {
  let host: String
  let port: Int
  let folder: MailFolder
  let count: Int?
  let format: OutputFormat

  func run() async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let end = EndSignal(on: loop)
    let box = NIOLoopBoundBox.makeBoxSendingValue((folder: self.folder, saved: 0), eventLoop: loop)
    let server = try await self.listen(on: loop) { message in
      // A session that is still open may send another one: it is not accepted.
      if let count = self.count, box.value.saved >= count { throw MailboxFull() }
      let file: String
      do throws(FileStoreError) {
        file = try box.value.folder.save(message.bytes)
      } catch {
        end.end(.failure(error))
        throw error
      }
      box.value.saved += 1
      self.report(message, file: file)
      if box.value.saved == self.count { end.end() }
    }
    Terminal.error.line("listening on \(self.host) TCP port \(server.port)")
    let result: Result<Void, any Error>
    do {
      try await withGracefulShutdownHandler {
        try await end.wait()
      } onGracefulShutdown: {
        end.end()
      }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    try await server.close().get()
    // Who sent the last mail of `--count` has its QUIT answered.
    if try await loop.submit({ self.count.map { box.value.saved >= $0 } ?? false }).get() {
      try await server.finishSessions(within: .seconds(5)).get()
    }
    try result.get()
  }

  private func listen(
    on loop: any EventLoop, onMessage: @escaping @Sendable (ReceivedMessage) throws -> Void
  ) async throws -> LabMailServer {
    let settings = SMTPServerSettings(name: try MailDomain("mailbox.lab.example"))
    do {
      return try await LabMailServer.listen(
        host: self.host, port: self.port, group: loop, settings: settings, onMessage: onMessage
      ).get()
    } catch let error as IOError {
      let reason = String(cString: strerror(error.errnoCode))
      throw CommandFailure("cannot listen on \(self.host) TCP port \(self.port): \(reason)")
    } catch {
      throw CommandFailure("cannot listen on \(self.host) TCP port \(self.port): \(error)")
    }
  }

  /// One mail, with the keys in order.
  private struct Record: Encodable {
    let file: String
    /// Empty: the null path.
    let from: String
    let to: [String]
    let bytes: Int
    let subject: String
  }

  private func report(_ message: ReceivedMessage, file: String) {
    let record = Record(
      file: file, from: message.envelopeSender.map { "\($0)" } ?? "",
      to: message.recipients.map { "\($0)" }, bytes: message.bytes.count,
      subject: MailSubject.unfolded(of: message.bytes))
    switch self.format {
    case .text:
      Terminal.output.line(
        "\(file): from <\(record.from)> to "
          + record.to.map { "<\($0)>" }.joined(separator: ", ")
          + ", \(Plural.counted(record.bytes, "byte")): "
          + "\(ReconciliationText.printable(record.subject))"
      )
    case .json:
      do {
        Terminal.output.write(bytes: try JSONBytes.encode(record, isOneLine: true))
      } catch {
        Terminal.error.line("warning: \(file) cannot be reported as JSON: \(error)")
      }
    }
  }
}

/// The subject in a mail's header.
enum MailSubject {
  /// The first `Subject` field, unfolded (RFC 5322 section 2.2.3); empty when there is none.
  static func unfolded(of bytes: [UInt8]) -> String {
    let lines = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
      .split(separator: "\n", omittingEmptySubsequences: false)
    var subject: String?
    for line in lines.prefix(while: { !$0.isEmpty }) {
      let isFolded = line.first == " " || line.first == "\t"
      if let begun = subject {
        guard isFolded else { return begun }
        subject = begun + line
      } else if !isFolded, line.lowercased().hasPrefix("subject:") {
        subject = String(line.dropFirst("subject:".count).drop { $0 == " " })
      }
    }
    return subject ?? ""
  }
}
