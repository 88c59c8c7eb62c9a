public import LogDelivery

/// Where what a scenario brings forth goes: memory in tests, an output folder in the command.
///
/// Everything comes in order of virtual time, and in the same pieces for the same scenario and seed.
public protocol ScenarioOutput {
  /// Something happens to the files of a subscription.
  mutating func perform(_ action: LogFileAction, subscription: String)
  /// A host's syslog server read whole lines, of a connection or a datagram.
  mutating func received(_ bytes: [UInt8], host: String)
  /// Bytes of a capture file, such as `appliance.pcap`.
  mutating func captured(_ bytes: [UInt8], file: String)
  /// A mailbox took a mail; numbers count from 1.
  mutating func mailed(_ bytes: [UInt8], number: Int)
}

/// Keeps nothing; for runs of which only the result is wanted.
public struct NoOutput: ScenarioOutput, Sendable {
  /// An output that keeps nothing.
  public init() {}

  public mutating func perform(_ action: LogFileAction, subscription: String) {}
  public mutating func received(_ bytes: [UInt8], host: String) {}
  public mutating func captured(_ bytes: [UInt8], file: String) {}
  public mutating func mailed(_ bytes: [UInt8], number: Int) {}
}

/// Keeps everything in memory; for tests and short scenarios.
public struct MemoryOutput: ScenarioOutput, Sendable {
  /// Each log file's bytes, by `SUBSCRIPTION/NAME`.
  public private(set) var files: [String: [UInt8]] = [:]
  /// What each host's syslog server read.
  public private(set) var received: [String: [UInt8]] = [:]
  /// Each capture file's bytes, by its name.
  public private(set) var captures: [String: [UInt8]] = [:]
  /// The mails, in order.
  public private(set) var mails: [[UInt8]] = []
  private var current: [String: String] = [:]

  /// Nothing kept yet.
  public init() {}

  /// One number for everything kept: 64-bit FNV-1a over names and bytes, names in order.
  public var digest: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ bytes: some Sequence<UInt8>) {
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }
    for name in self.files.keys.sorted() {
      add(name.utf8)
      add(self.files[name] ?? [])
    }
    for name in self.received.keys.sorted() {
      add(name.utf8)
      add(self.received[name] ?? [])
    }
    for name in self.captures.keys.sorted() {
      add(name.utf8)
      add(self.captures[name] ?? [])
    }
    for mail in self.mails { add(mail) }
    return hash
  }

  public mutating func perform(_ action: LogFileAction, subscription: String) {
    switch action {
    case .create(let name):
      self.current[subscription] = "\(subscription)/\(name)"
      self.files["\(subscription)/\(name)"] = []
    case .append(let bytes, _):
      self.files[self.current[subscription] ?? subscription, default: []] += bytes
    case .save(let name, let newName):
      self.files["\(subscription)/\(newName)"] =
        self.files.removeValue(forKey: "\(subscription)/\(name)")
    case .delete(let name):
      self.files["\(subscription)/\(name)"] = nil
    }
  }

  public mutating func received(_ bytes: [UInt8], host: String) {
    self.received[host, default: []] += bytes
  }

  public mutating func captured(_ bytes: [UInt8], file: String) {
    self.captures[file, default: []] += bytes
  }

  public mutating func mailed(_ bytes: [UInt8], number: Int) {
    self.mails.append(bytes)
  }
}
