internal import ApplianceConfiguration
internal import Glibc
internal import LogDelivery
internal import NIOCore
internal import NIOSSL

/// A push's TLS by its settings, and what its errors mean.
///
/// Source: docs/FIDELITY.md, "Encrypted syslog".
enum PushTLS {
  /// The handler for one connection.
  ///
  /// - Throws: when a file of certificates or of the key cannot be used.
  static func handler(_ push: SyslogPushSettings) throws -> NIOSSLClientHandler {
    let tls = push.delivery.tls
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = tls.versionMin.value == .tls13 ? .tlsv13 : .tlsv12
    if let file = tls.authorityFile {
      configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file.value))
    }
    if let certificate = tls.certificateFile, let key = tls.keyFile {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate.value)
        .map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key.value, format: .pem))
    }
    let context = try NIOSSLContext(configuration: configuration)
    let name = tls.serverName?.value ?? push.host.value
    // An address is no name for SNI; the certificate is then compared with the address itself.
    let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
    return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : name)
  }

  /// What an error of TLS means; `nil` when it is none.
  ///
  /// - Parameter certificate: the one that the server showed, as far as it came to that.
  static func cause(
    of error: any Error, certificate: NIOSSLCertificate?
  ) -> LinkFailure.Cause? {
    switch error {
    case NIOSSLError.uncleanShutdown: return nil
    case let error as NIOSSLExtraError:
      return error == .failedToValidateHostname ? .certificateNameMismatch : .tlsOther
    case is NIOSSLError, is BoringSSLError:
      return self.cause(text: "\(error)", certificate: certificate)
    default: return nil
    }
  }

  /// BoringSSL tells its reasons by words alone.
  private static func cause(text: String, certificate: NIOSSLCertificate?) -> LinkFailure.Cause {
    func says(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    if says("CERTIFICATE_VERIFY_FAILED") {
      let now = time(nil)
      let isOutOfDate =
        certificate.map { $0.notValidAfter < now || $0.notValidBefore > now } ?? false
      return isOutOfDate ? .certificateExpired : .certificateUntrusted
    }
    if says("UNSUPPORTED_PROTOCOL", "ALERT_PROTOCOL_VERSION") { return .tlsVersionRefused }
    if says("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "INVALID_RECORD", "EOF during handshake") {
      return .tlsNotSpoken
    }
    // The alert `handshake_failure` (RFC 5246 section 7.2.2) as the answer to the ClientHello: no
    // cipher suite is shared. Later, in TLS 1.2, it is a client certificate that is missed.
    if says("HANDSHAKE_FAILURE_ON_CLIENT_HELLO") { return .tlsNoSharedCipher }
    if says("ALERT_HANDSHAKE_FAILURE"), certificate != nil { return .certificateRefused }
    let refusals = says(
      "ALERT_CERTIFICATE", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA",
      "ALERT_UNSUPPORTED_CERTIFICATE", "ALERT_NO_CERTIFICATE", "ALERT_ACCESS_DENIED")
    return refusals ? .certificateRefused : .tlsOther
  }
}

/// Counts the bytes that TLS hands to the socket; stands below its handler.
final class CiphertextCounter: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Bytes since the connection began, those of the handshake included.
  private(set) var bytes: UInt64 = 0

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    self.bytes += UInt64(self.unwrapOutboundIn(data).readableBytes)
    context.write(data, promise: promise)
  }
}
