internal import CLinuxSockets
internal import FileDescriptors
internal import Glibc
public import LogDelivery
internal import NIOConcurrencyHelpers
public import NIOCore
internal import NIOPosix

/// A program of the system that runs beside the event loop, without a shell between.
final class ChildProcess: Sendable {
  /// How it ended.
  struct End: Sendable {
    /// The exit status; 128 and more for a signal, 127 when it did not start.
    let status: Int32
    /// The first 16 KiB of what it said on standard output and standard error.
    let text: String
  }

  private static let textMax = 16 * 1024
  /// The process that runs; 0 when there is none. Reaped and cleared under the lock, so that a
  /// signal never reaches another process of the same number.
  private let pid = NIOLockedValueBox<pid_t>(0)
  private let wasCancelled = NIOLockedValueBox(false)

  /// Runs it on a thread of its own pool.
  ///
  /// - Parameter onEnd: called once, on `loop`.
  func run(
    _ program: String, _ arguments: [String], input: String, on loop: any EventLoop,
    onEnd: @escaping (End) -> Void
  ) {
    NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
      self.runToEnd(program, arguments, input: input)
    }
    .assumeIsolated().whenComplete { result in
      switch result {
      case .success(let end): onEnd(end)
      case .failure(let error): onEnd(End(status: 127, text: "client not run: \(error)"))
      }
    }
  }

  /// Ends it before its time.
  func cancel() {
    self.wasCancelled.withLockedValue { $0 = true }
    self.pid.withLockedValue { if $0 > 0 { kill($0, SIGTERM) } }
  }

  /// Runs it and waits for its end.
  func runToEnd(_ program: String, _ arguments: [String], input: String) -> End {
    guard let inputPipe = Self.makePipe() else { return End(status: 127, text: "no pipe") }
    guard let outputPipe = Self.makePipe() else {
      close(inputPipe.read)
      close(inputPipe.write)
      return End(status: 127, text: "no pipe")
    }
    // A few hundred bytes fit into a pipe, and while this end can be read no signal is raised.
    let bytes = Array(input.utf8)
    let written = bytes.count > 4096 ? -1 : write(inputPipe.write, bytes, bytes.count)
    close(inputPipe.write)
    let status =
      written == bytes.count ? self.spawn(program, arguments, inputPipe, outputPipe) : E2BIG
    close(inputPipe.read)
    close(outputPipe.write)
    guard status == 0 else {
      close(outputPipe.read)
      return End(status: 127, text: "client not found")
    }
    let text = Self.readAll(outputPipe.read)
    close(outputPipe.read)
    return End(status: self.reap(), text: text)
  }

  private func reap() -> Int32 {
    let pid = self.pid.withLockedValue { $0 }
    // Waits without reaping, so that the number stays taken until it is cleared.
    var info = siginfo_t()
    _ = Descriptor.retrying { waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) }
    return self.pid.withLockedValue { current in
      var status: Int32 = 0
      _ = Descriptor.retrying { waitpid(pid, &status, 0) }
      current = 0
      let signal = status & 0x7F
      return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
  }

  private func spawn(
    _ program: String, _ arguments: [String], _ input: Pipe, _ output: Pipe
  ) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input.read, 0)
    posix_spawn_file_actions_adddup2(&actions, output.write, 1)
    posix_spawn_file_actions_adddup2(&actions, output.write, 2)
    guard linux_sockets_close_in_child(&actions) == 0 else { return ENOMEM }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // A process group of its own: an interrupt at the terminal is for the appliance.
    // Signals that wait for the appliance are not the child's to wait for.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var usual = sigset_t()
    sigemptyset(&usual)
    sigaddset(&usual, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // Nothing of our environment goes along: no proxy, no agent, no language.
    let environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C"]
    var pointers: [UnsafeMutablePointer<CChar>?] =
      ([program] + arguments).map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
    defer { for pointer in pointers + variables { free(pointer) } }
    return self.pid.withLockedValue { pid in
      guard !self.wasCancelled.withLockedValue({ $0 }) else { return ECANCELED }
      var started: pid_t = 0
      let status = posix_spawnp(&started, program, &actions, &attributes, &pointers, &variables)
      if status == 0 { pid = started }
      return status
    }
  }

  private typealias Pipe = (read: CInt, write: CInt)

  /// Both ends closed at exec, so that no other child holds them.
  private static func makePipe() -> Pipe? {
    var ends: [CInt] = [-1, -1]
    guard socketpair(AF_UNIX, linux_sockets_stream_type(0), 0, &ends) == 0 else { return nil }
    return (ends[0], ends[1])
  }

  private static func readAll(_ descriptor: CInt) -> String {
    var kept: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Descriptor.retrying { read(descriptor, &buffer, buffer.count) }
      guard count > 0 else { return String(decoding: kept, as: UTF8.self) }
      if kept.count < self.textMax { kept += buffer[..<count] }
    }
  }
}

/// One file on its way to its server.
public final class FileTransfer {
  private let child = ChildProcess()

  /// Sends a file.
  ///
  /// - Parameter onEnd: called once, on `loop`; `nil` when the file arrived.
  public init(
    loop: any EventLoop, request: FileTransferRequest,
    onEnd: @escaping (FileTransferFailure?) -> Void
  ) {
    let invocation = request.invocation
    self.child.run(
      invocation.program, invocation.arguments, input: invocation.input, on: loop
    ) { end in onEnd(request.failure(status: end.status, said: end.text)) }
  }

  /// Ends it before its time; `onEnd` is called all the same.
  public func cancel() {
    self.child.cancel()
  }
}

/// Makes the key that SCP pushes log in with.
public enum SSHKeyMaker {
  /// Whether the private key is at `path`, made now by `ssh-keygen` where it was missing.
  public static func makeIfMissing(_ path: String) -> Bool {
    if access(path, R_OK) == 0 { return true }
    let end = ChildProcess().runToEnd(
      "ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "appliance-sim", "-f", path], input: "")
    return end.status == 0
  }
}
