public import Simulation

/// How long a client waits for each reply.
public struct SMTPTimeouts: Hashable, Sendable {
  /// For the TCP connection. Source: our choice; RFC 5321 names none.
  public var connect = SimDuration.seconds(30)
  /// For the 220 (RFC 5321 section 4.5.3.2.1).
  public var greeting = SimDuration.seconds(300)
  /// For the reply to EHLO or HELO. Source: our choice, as long as for MAIL; RFC 5321 names none.
  public var hello = SimDuration.seconds(300)
  /// For the reply to MAIL (RFC 5321 section 4.5.3.2.2).
  public var mail = SimDuration.seconds(300)
  /// For the reply to one RCPT (RFC 5321 section 4.5.3.2.3).
  public var recipient = SimDuration.seconds(300)
  /// For the 354 (RFC 5321 section 4.5.3.2.4).
  public var data = SimDuration.seconds(120)
  /// For the reply to the message's end (RFC 5321 section 4.5.3.2.6).
  ///
  /// The message is handed over in one piece, so that the three minutes of section 4.5.3.2.5 for
  /// each write of a longer one are part of these ten.
  public var message = SimDuration.seconds(600)
  /// For the reply to QUIT. Source: our choice; short, because nothing depends on it any more.
  public var quit = SimDuration.seconds(30)

  /// The minimum times of RFC 5321 section 4.5.3.2.
  public static let rfc5321 = SMTPTimeouts()

  /// The minimum times of RFC 5321 section 4.5.3.2, to be changed one by one.
  public init() {}

  /// The time for `step`.
  public subscript(step: SMTPStep) -> SimDuration {
    switch step {
    case .connect: self.connect
    case .greeting: self.greeting
    case .hello: self.hello
    case .mail: self.mail
    case .recipient: self.recipient
    case .data: self.data
    case .message: self.message
    case .quit: self.quit
    }
  }
}
