internal import Alerting
internal import ApplianceModel
public import FileStore
internal import Foundation
internal import Simulation

/// The alert mails that a run did not deliver, in `alert-mails.json` of its output folder, so that
/// the next run sends them; no file when there is none.
///
/// Whole at every instant. Source: docs/FIDELITY.md, "Alert mails at the end".
public struct AlertMailQueue {
  /// The file's name in the output folder.
  public static let name = "alert-mails.json"
  /// 100 mails of at most 64 KiB.
  private static let bytesMax = 8 << 20

  private let output: OutputFolder
  private var kept: [PendingAlertMail] = []

  /// The queue of an output folder.
  public init(output: OutputFolder) {
    self.output = output
  }

  /// What an earlier run left.
  ///
  /// - Throws: when the file is there and is no such queue; nothing of it is used then.
  mutating func load() throws(FileStoreError) -> [PendingAlertMail] {
    guard let bytes = try self.output.read(name: Self.name, bytesMax: Self.bytesMax) else {
      return []
    }
    do {
      self.kept = try JSONDecoder().decode([PendingAlertMail].self, from: Data(bytes))
    } catch {
      throw self.output.unreadable(name: Self.name)
    }
    return self.kept
  }

  /// Keeps the mails as they stand; writes only what changed.
  mutating func keep(_ mails: [PendingAlertMail]) throws(FileStoreError) {
    guard mails != self.kept else { return }
    if mails.isEmpty {
      try self.output.remove(name: Self.name)
    } else {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let data: Data
      do { data = try encoder.encode(mails) } catch {
        throw self.output.unreadable(name: Self.name)
      }
      try self.output.replace(Array(data) + [0x0A], name: Self.name)
    }
    self.kept = mails
  }
}
