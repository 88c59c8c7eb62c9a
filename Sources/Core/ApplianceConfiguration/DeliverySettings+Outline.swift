internal import LogModel

extension DeliverySettings {
  /// What some file gives; what is as the appliance does it is not said of each push.
  func outline() -> [OutlineNode] {
    let nodes =
      [
        OutlineNode("mode", self.mode) { $0.rawValue },
        OutlineNode("buffer_bytes_max", self.bufferBytesMax),
        OutlineNode("overflow", self.overflow) { $0.rawValue },
        OutlineNode("syncs", self.syncs),
        OutlineNode("close_confirms", self.closeConfirms),
        OutlineNode("format", self.format) { $0.rawValue },
        OutlineNode("shows_host", self.showsHost),
        OutlineNode("framing", self.framing) { $0.rawValue },
        OutlineNode("lines_per_second", self.linesPerSecond),
        OutlineNode("burst_lines", self.burstLines),
        OutlineNode("send_buffer_bytes", self.sendBufferBytes),
      ]
      + LogLevel.allCases.map { level in
        OutlineNode("severity_" + level.name.lowercased(), self.severities[level]) { $0.name }
      } + self.keepAlive.outline() + self.tls.outline()
    return nodes.filter { node in
      guard case .value(let setting) = node.content else { return true }
      return setting.map { $0.state != .absent } ?? false
    }
  }
}

extension KeepAliveSettings {
  func outline() -> [OutlineNode] {
    [
      OutlineNode("keepalive_idle_seconds", self.idleSeconds),
      OutlineNode("keepalive_interval_seconds", self.intervalSeconds),
      OutlineNode("keepalive_count", self.count),
      OutlineNode("user_timeout_seconds", self.userTimeoutSeconds),
    ]
  }
}

extension PushTLSSettings {
  func outline() -> [OutlineNode] {
    [
      OutlineNode("tls_authority_file", self.authorityFile),
      OutlineNode("tls_certificate_file", self.certificateFile),
      OutlineNode("tls_key_file", self.keyFile),
      OutlineNode("tls_server_name", self.serverName),
      OutlineNode("tls_version_min", self.versionMin) { $0.rawValue },
    ]
  }
}
