internal import ApplianceConfiguration
internal import LiveNetwork
internal import LogDelivery

/// Saved files on their way to servers.
extension LiveAppliance {
  func request(
    _ name: String, _ endpoint: FileTransferEndpoint, path: String
  ) -> FileTransferRequest {
    let method: FileTransferMethod =
      switch endpoint.method {
      case .ftp: .ftp
      case .scp(let checksHostKey):
        .scp(
          SSHIdentity(
            keyFile: self.settings.ssh.keyFile,
            knownHostsFile: checksHostKey ? self.settings.ssh.knownHostsFile : nil))
      }
    return FileTransferRequest(
      method: method, target: FileTransferTarget(endpoint.settings), path: path, name: name)
  }
}
