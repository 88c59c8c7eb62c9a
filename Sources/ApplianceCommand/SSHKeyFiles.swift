import ApplianceConfiguration
import ApplianceRuntime
import FileStore
import LiveNetwork

/// `--ssh-key` and `--known-hosts`: what SCP pushes log in with, and whom they trust.
struct SSHKeyFiles: Sendable {
  /// The private key; `nil` for one that is made in the output folder.
  let key: String?
  /// The known keys of servers; `nil` for the file in the output folder.
  let knownHosts: String?

  /// The files for a configuration. A key is made where an SCP push needs one; a person gives its
  /// public half to the server.
  func files(for configuration: Configuration, in output: OutputFolder) throws -> SSHFiles {
    let needsKey = configuration.subscriptions.contains {
      if case .scpPush = $0.retrieval { true } else { false }
    }
    guard needsKey else { return SSHFiles() }
    let folder = try output.sshFolder()
    let path = self.key ?? "\(folder)/id_ed25519"
    if self.key == nil {
      guard SSHKeyMaker.makeIfMissing(path) else {
        throw CommandFailure("\(path): no SSH key, and ssh-keygen could not make one")
      }
      Terminal.error.line("SCP pushes log in with the key of \(path).pub")
    }
    return SSHFiles(keyFile: path, knownHostsFile: self.knownHosts ?? "\(folder)/known_hosts")
  }
}
