internal import ApplianceConfiguration
internal import Glibc
internal import LogDelivery
internal import NIOCore

#if TLS
  internal import NIOSSL
#endif

/// All that this product knows of the TLS library: the handlers of both ends, and what their errors
/// mean.
///
/// A build without the package's trait `TLS` has none of it. `isBuiltIn` says so, and whoever would
/// open or take a connection by TLS asks first. Source: docs/FIDELITY.md, "Encrypted syslog".
public enum TLSLayer {
  /// Whether this build speaks TLS.
  public static var isBuiltIn: Bool {
    #if TLS
      true
    #else
      false
    #endif
  }

  /// A build without TLS was asked for it.
  public struct NotBuiltIn: Error, CustomStringConvertible {
    /// The only one.
    public init() {}

    /// What to do.
    public var description: String {
      "this build has no TLS; build it with the package's default traits"
    }
  }
}

#if TLS
  extension TLSLayer {
    /// The handler of a push's connection.
    ///
    /// - Throws: when a file of certificates or of the key cannot be used.
    static func clientHandler(_ tls: PushEndpoint.TLS) throws -> any ChannelHandler {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.minimumTLSVersion = tls.versionMin == .tls13 ? .tlsv13 : .tlsv12
      if let file = tls.authorityFile {
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
      }
      if let certificate = tls.certificateFile, let key = tls.keyFile {
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate)
          .map { .certificate($0) }
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
      }
      let context = try NIOSSLContext(configuration: configuration)
      let name = tls.serverName
      // An address is no name for SNI; the certificate is then compared with the address itself.
      let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
      return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : name)
    }

    /// Makes the handler of each connection that a server takes.
    ///
    /// - Throws: when a file of certificates or of the key cannot be used.
    static func serverHandlers(
      _ files: LabTLSFiles
    ) throws -> @Sendable () -> any ChannelHandler {
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: try NIOSSLCertificate.fromPEMFile(files.certificate)
          .map { .certificate($0) },
        privateKey: .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem)))
      configuration.minimumTLSVersion = .tlsv12
      if let authority = files.clientAuthority {
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority))
        configuration.certificateVerification = .noHostnameVerification
      }
      let context = try NIOSSLContext(configuration: configuration)
      return { NIOSSLServerHandler(context: context) }
    }

    /// Whether a connection ended without the peer's `close_notify`.
    static func isUncleanShutdown(_ error: any Error) -> Bool {
      if case NIOSSLError.uncleanShutdown = error { true } else { false }
    }

    /// The place of a server's TLS in its pipeline; `nil` where it has none.
    static func serverContext(
      in operations: ChannelPipeline.SynchronousOperations
    ) -> ChannelHandlerContext? {
      try? operations.context(handlerType: NIOSSLServerHandler.self)
    }

    /// What an error of a client's TLS means; `nil` when it is none.
    static func cause(
      of error: any Error, in operations: ChannelPipeline.SynchronousOperations
    ) -> LinkFailure.Cause? {
      switch error {
      case NIOSSLError.uncleanShutdown: return nil
      case let error as NIOSSLExtraError:
        return error == .failedToValidateHostname ? .certificateNameMismatch : .tlsOther
      case is NIOSSLError, is BoringSSLError:
        // The certificate that the server showed, as far as it came to that.
        let handler = try? operations.handler(type: NIOSSLClientHandler.self)
        return self.cause(text: "\(error)", certificate: handler?.peerCertificate)
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
      // So it is where the server wants stronger ones (`insufficient_security`, there as well).
      if says("HANDSHAKE_FAILURE_ON_CLIENT_HELLO", "ALERT_INSUFFICIENT_SECURITY") {
        return .tlsNoSharedCipher
      }
      if says("ALERT_HANDSHAKE_FAILURE"), certificate != nil { return .certificateRefused }
      let refusals = says(
        "ALERT_CERTIFICATE", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA",
        "ALERT_UNSUPPORTED_CERTIFICATE", "ALERT_NO_CERTIFICATE", "ALERT_ACCESS_DENIED")
      return refusals ? .certificateRefused : .tlsOther
    }
  }
#else
  extension TLSLayer {
    static func clientHandler(_ tls: PushEndpoint.TLS) throws -> any ChannelHandler {
      throw NotBuiltIn()
    }

    static func serverHandlers(
      _ files: LabTLSFiles
    ) throws -> @Sendable () -> any ChannelHandler {
      throw NotBuiltIn()
    }

    static func isUncleanShutdown(_ error: any Error) -> Bool { false }

    static func serverContext(
      in operations: ChannelPipeline.SynchronousOperations
    ) -> ChannelHandlerContext? { nil }

    static func cause(
      of error: any Error, in operations: ChannelPipeline.SynchronousOperations
    ) -> LinkFailure.Cause? { nil }
  }
#endif
