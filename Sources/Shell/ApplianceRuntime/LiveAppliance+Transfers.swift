internal import ApplianceConfiguration
internal import LiveNetwork

/// Saved files on their way to servers.
extension LiveAppliance {
  func request(_ name: String, _ index: Int, path: String) -> FileTransferRequest? {
    switch self.subscriptions[index].retrieval {
    case .ftpPush(let transfer):
      return FileTransferRequest(
        method: .ftp, target: FileTransferTarget(transfer), path: path, name: name)
    case .scpPush(let transfer):
      let isChecked = transfer.checksHostKey.value
      return FileTransferRequest(
        method: .scp(
          SSHIdentity(
            keyFile: self.settings.ssh.keyFile,
            knownHostsFile: isChecked ? self.settings.ssh.knownHostsFile : nil)),
        target: FileTransferTarget(transfer), path: path, name: name)
    case .manualDownload, .syslogPush, .notUnderstood: return nil
    }
  }
}
