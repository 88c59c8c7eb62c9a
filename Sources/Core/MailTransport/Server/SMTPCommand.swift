/// One command line of a client, understood or not.
///
/// Source: RFC 5321 section 4.1; parameters by RFC 1870 (SIZE) and RFC 6152 (BODY).
enum SMTPCommand: Hashable, Sendable {
  case extendedHello(String)
  case hello(String)
  /// `nil` is the null path; the size is the one that the client announced.
  case mail(MailAddress?, size: Int?)
  case recipient(Recipient)
  case data
  case reset
  case noop
  case verify
  case quit
  /// Not understood; the reply to give.
  case malformed(SMTPReply)

  enum Recipient: Hashable, Sendable {
    case address(MailAddress)
    /// `<Postmaster>` without a domain (RFC 5321 section 4.1.1.3).
    case postmaster
  }

  /// The command in `line`, which has no line end.
  init(_ line: ArraySlice<UInt8>) {
    guard line.allSatisfy({ ASCII.isPrintable($0) }) else {
      self = .malformed(.syntaxError("Only printable ASCII is allowed in a command"))
      return
    }
    let end = line.lastIndex { $0 != ASCII.space }.map { $0 + 1 } ?? line.startIndex
    let trimmed = line[..<end]
    let verb = ASCII.uppercased(trimmed.prefix { $0 != ASCII.space })
    let argument = trimmed.dropFirst(verb.utf8.count + 1)
    switch verb {
    case "EHLO": self = Self.greeting(argument) { .extendedHello($0) }
    case "HELO": self = Self.greeting(argument) { .hello($0) }
    case "MAIL": self = Self.mail(argument)
    case "RCPT": self = Self.recipient(argument)
    case "DATA": self = Self.bare(.data, argument)
    case "RSET": self = Self.bare(.reset, argument)
    case "QUIT": self = Self.bare(.quit, argument)
    case "NOOP": self = .noop
    case "VRFY":
      self = argument.isEmpty ? .malformed(.syntaxError("VRFY needs an argument")) : .verify
    case "EXPN", "HELP", "AUTH", "STARTTLS", "TURN", "ETRN", "BDAT":
      self = .malformed(.notImplemented)
    default: self = .malformed(.unrecognized)
    }
  }

  private static func bare(_ command: SMTPCommand, _ argument: ArraySlice<UInt8>) -> SMTPCommand {
    argument.isEmpty ? command : .malformed(.syntaxError("This command takes no argument"))
  }

  /// Any word is taken as a name: clients' ideas of their own name are no reason to lose a lab's
  /// mail.
  private static func greeting(
    _ argument: ArraySlice<UInt8>, _ make: (String) -> SMTPCommand
  ) -> SMTPCommand {
    guard (1...255).contains(argument.count), !argument.contains(ASCII.space) else {
      return .malformed(.syntaxError("A host name of at most 255 bytes is needed"))
    }
    return make(String(decoding: argument, as: UTF8.self))
  }

  private static func mail(_ argument: ArraySlice<UInt8>) -> SMTPCommand {
    guard let (path, parameters) = Self.path(argument, after: "FROM:") else {
      return .malformed(.syntaxError("Use MAIL FROM:<address>"))
    }
    var size: Int?
    for parameter in parameters.split(separator: ASCII.space) {
      let text = ASCII.uppercased(parameter)
      if text.hasPrefix("SIZE=") {
        guard size == nil, let number = ASCII.number(parameter.dropFirst(5)) else {
          return .malformed(.syntaxError("SIZE needs one number"))
        }
        size = number
      } else if text != "BODY=7BIT" && text != "BODY=8BITMIME" {
        return .malformed(.unknownParameter)
      }
    }
    if path.isEmpty {
      return .mail(nil, size: size)
    }
    guard let address = Self.address(path) else {
      return .malformed(.syntaxError("Bad sender address", status: "5.1.7"))
    }
    return .mail(address, size: size)
  }

  private static func recipient(_ argument: ArraySlice<UInt8>) -> SMTPCommand {
    guard let (path, parameters) = Self.path(argument, after: "TO:") else {
      return .malformed(.syntaxError("Use RCPT TO:<address>"))
    }
    guard parameters.isEmpty else { return .malformed(.unknownParameter) }
    if ASCII.uppercased(path) == "POSTMASTER" {
      return .recipient(.postmaster)
    }
    guard let address = Self.address(path) else {
      return .malformed(.syntaxError("Bad recipient address", status: "5.1.3"))
    }
    return .recipient(.address(address))
  }

  /// What stands between `<` and `>`, and the parameters behind; `nil` when the form is another.
  private static func path(
    _ argument: ArraySlice<UInt8>, after keyword: String
  ) -> (path: ArraySlice<UInt8>, parameters: ArraySlice<UInt8>)? {
    let rest = argument.dropFirst(keyword.utf8.count)
    guard ASCII.uppercased(argument.prefix(keyword.utf8.count)) == keyword,
      rest.first == ASCII.less, let end = Self.endOfPath(rest)
    else { return nil }
    let parameters = rest[(end + 1)...]
    guard parameters.isEmpty || parameters.first == ASCII.space else { return nil }
    return (rest[(rest.startIndex + 1)..<end], parameters.dropFirst())
  }

  /// The first `>` outside quotation marks.
  private static func endOfPath(_ bytes: ArraySlice<UInt8>) -> Int? {
    var isQuoted = false
    var isEscaped = false
    for index in bytes.indices {
      let byte = bytes[index]
      if isEscaped {
        isEscaped = false
      } else if isQuoted && byte == ASCII.backslash {
        isEscaped = true
      } else if byte == ASCII.quote {
        isQuoted.toggle()
      } else if byte == ASCII.greater && !isQuoted {
        return index
      }
    }
    return nil
  }

  /// The address in a path; a source route before it is checked and dropped (RFC 5321 appendix C).
  private static func address(_ path: ArraySlice<UInt8>) -> MailAddress? {
    guard path.first == ASCII.at else { return try? MailAddress(path) }
    guard let end = path.firstIndex(of: ASCII.colon) else { return nil }
    let hops = path[..<end].split(separator: ASCII.comma, omittingEmptySubsequences: false)
    guard
      hops.allSatisfy({ $0.first == ASCII.at && (try? MailDomain($0.dropFirst())) != nil })
    else { return nil }
    return try? MailAddress(path[(end + 1)...])
  }
}
