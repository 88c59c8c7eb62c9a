internal import Glibc
internal import LogDelivery
internal import MailTransport
internal import NIOCore
internal import NIOPosix

/// What a socket's error means, before a push or an SMTP session gives it its own name.
enum SocketProblem: Error, Hashable, Sendable {
  case refused, reset, timedOut, hostUnreachable, networkUnreachable, unresolvable
  case messageTooLong, closed, tooManyFiles, other
  /// Of TLS, above the socket.
  case encryption(LinkFailure.Cause)

  /// Reads an error of SwiftNIO's.
  init(_ error: any Error) {
    switch error {
    case let error as SocketProblem: self = error
    case let error as IOError: self.init(code: error.errnoCode)
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first {
        self.init(first.error)
      } else {
        self = .unresolvable
      }
    case is SocketAddressError: self = .unresolvable
    case ChannelError.connectTimeout: self = .timedOut
    case ChannelError.writeMessageTooLarge: self = .messageTooLong
    case ChannelError.ioOnClosedChannel, ChannelError.eof: self = .closed
    default: self = TLSLayer.isUncleanShutdown(error) ? .closed : .other
    }
  }

  /// Reads an errno.
  init(code: CInt) {
    switch code {
    case ECONNREFUSED: self = .refused
    case ECONNRESET, EPIPE: self = .reset
    case ETIMEDOUT: self = .timedOut
    case EHOSTUNREACH, EHOSTDOWN: self = .hostUnreachable
    // Without an address of that family there is no way to one.
    case ENETUNREACH, ENETDOWN, EADDRNOTAVAIL, EAFNOSUPPORT: self = .networkUnreachable
    case EMFILE, ENFILE: self = .tooManyFiles
    case EMSGSIZE: self = .messageTooLong
    default: self = .other
    }
  }

  /// The cause in a push's terms.
  var linkCause: LinkFailure.Cause {
    switch self {
    case .refused: .refused
    case .reset: .reset
    case .timedOut: .timedOut
    case .hostUnreachable: .hostUnreachable
    case .networkUnreachable: .networkUnreachable
    case .unresolvable: .unresolvable
    case .messageTooLong: .messageTooLong
    case .closed: .endOfFile
    case .tooManyFiles: .tooManyFiles
    case .encryption(let cause): cause
    case .other: .other
    }
  }

  /// The problem in an SMTP session's terms.
  var connectionProblem: SMTPConnectionProblem {
    switch self {
    case .refused: .refused
    case .reset: .reset
    case .timedOut: .timedOut
    case .hostUnreachable, .networkUnreachable: .unreachable
    case .unresolvable: .unresolvable
    case .tooManyFiles: .tooManyFiles
    case .messageTooLong, .closed, .other, .encryption: .closed
    }
  }

  /// Whether this process can open nothing at this time.
  static var isWithoutDescriptors: Bool {
    let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor < 0 else {
      close(descriptor)
      return false
    }
    return errno == EMFILE || errno == ENFILE
  }

  /// Why datagrams cannot leave for an address at all; `nil` when they can. Sends nothing.
  static func ofRoute(to address: SocketAddress) -> SocketProblem? {
    let domain = address.protocol == .inet6 ? AF_INET6 : AF_INET
    let descriptor = socket(domain, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return SocketProblem(code: errno) }
    defer { close(descriptor) }
    let error = address.withSockAddr { raw, size in
      Glibc.connect(descriptor, raw, socklen_t(size)) == 0 ? 0 : errno
    }
    return error == 0 ? nil : SocketProblem(code: error)
  }
}
