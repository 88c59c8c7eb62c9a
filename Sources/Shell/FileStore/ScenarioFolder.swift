public import LogDelivery
public import Scenarios

/// Writes what a scenario brings forth into an output folder, as it comes.
///
/// The first error ends the writing; the owner asks for it when the scenario has run.
public struct ScenarioFolder: ScenarioOutput {
  private let folder: OutputFolder
  private let keepsCapture: Bool
  private let keepsReceived: Bool
  private var logs: [String: LogFolder] = [:]
  private var received: [String: ReceivedFile] = [:]
  /// What went wrong first; `nil` when all was written.
  public private(set) var failure: FileStoreError?

  /// A file whose small pieces are written together; `finish` writes the rest.
  private final class ReceivedFile {
    private static let pieceBytes = 256 * 1024

    private let file: AppendFile
    private var waiting: [UInt8] = []

    init(_ file: consuming AppendFile) {
      self.file = file
    }

    func append(_ bytes: [UInt8]) throws(FileStoreError) {
      self.waiting += bytes
      if self.waiting.count >= Self.pieceBytes { try self.finish() }
    }

    func finish() throws(FileStoreError) {
      try self.file.append(self.waiting)
      self.waiting.removeAll(keepingCapacity: true)
    }
  }

  /// An output into `folder`.
  ///
  /// - Parameters:
  ///   - keepsCapture: whether captures are written.
  ///   - keepsReceived: whether what servers read is written; a person on call would not have it.
  public init(folder: OutputFolder, keepsCapture: Bool, keepsReceived: Bool) {
    self.folder = folder
    self.keepsCapture = keepsCapture
    self.keepsReceived = keepsReceived
  }

  public mutating func perform(_ action: LogFileAction, subscription: String) {
    self.attempt { output throws(FileStoreError) in
      let logs: LogFolder
      if let known = output.logs[subscription] {
        logs = known
      } else {
        logs = try output.folder.logFolder(subscription: subscription)
        output.logs[subscription] = logs
      }
      try logs.perform(action)
    }
  }

  public mutating func received(_ bytes: [UInt8], host: String) {
    guard self.keepsReceived else { return }
    self.attempt { output throws(FileStoreError) in
      let file: ReceivedFile
      if let known = output.received[host] {
        file = known
      } else {
        file = ReceivedFile(try output.folder.receivedFile(server: host))
        output.received[host] = file
      }
      try file.append(bytes)
    }
  }

  public mutating func captured(_ bytes: [UInt8], file: String) {
    guard self.keepsCapture else { return }
    self.attempt { output throws(FileStoreError) in
      try output.folder.captureFile(named: file).append(bytes)
    }
  }

  public mutating func mailed(_ bytes: [UInt8], number: Int) {
    self.attempt { output throws(FileStoreError) in
      _ = try output.folder.writeMail(bytes, number: number)
    }
  }

  /// Writes what still waits; to be called once the scenario has run.
  public mutating func finish() {
    self.attempt { output throws(FileStoreError) in
      for name in output.received.keys.sorted() { try output.received[name]?.finish() }
    }
  }

  private mutating func attempt(_ body: (inout Self) throws(FileStoreError) -> Void) {
    guard self.failure == nil else { return }
    do throws(FileStoreError) {
      try body(&self)
    } catch {
      self.failure = error
    }
  }
}
