public import Simulation

/// What an X.509 certificate says of itself; nothing of it is verified.
public struct CertificateFacts: Hashable, Sendable {
  /// The public key.
  public enum Key: Hashable, Sendable {
    /// RSA, with the bits of its modulus.
    case rsa(bits: Int)
    /// An elliptic curve, such as `P-256`, or its object identifier.
    case curve(String)
    /// An algorithm's object identifier.
    case other(String)

    /// Such as `RSA of 2048 bits`.
    public var text: String {
      switch self {
      case .rsa(let bits): "RSA of \(bits) bits"
      case .curve(let name): "elliptic curve \(name)"
      case .other(let identifier): "algorithm \(identifier)"
      }
    }
  }

  /// The serial number, in hexadecimal digits of lower case.
  public var serial: String
  /// Such as `CN=Test authority, O=Example`.
  public var issuer: String
  /// Whom it is for.
  public var subject: String
  /// The first instant of its validity, in seconds since 1970-01-01T00:00:00Z.
  public var notBefore: Int64
  /// The last one.
  public var notAfter: Int64
  /// The public key.
  public var key: Key
  /// Host names and addresses that it is for (subjectAltName), in its order.
  public var names: [String]

  /// A certificate's facts.
  public init(
    serial: String, issuer: String, subject: String, notBefore: Int64, notAfter: Int64, key: Key,
    names: [String]
  ) {
    self.serial = serial
    self.issuer = issuer
    self.subject = subject
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.key = key
    self.names = names
  }
}

/// What reading one certificate gave.
public enum CertificateReading: Hashable, Sendable {
  case facts(CertificateFacts)
  /// Why it is none that is understood.
  case notUnderstood(String)
}

/// When a certificate is to be valid.
public struct CertificateTime: Hashable, Sendable {
  /// In seconds since 1970-01-01T00:00:00Z.
  public let seconds: Int64
  /// How far the truth may be from that either way, in seconds: the time of a header is that of a
  /// zone which is not known here.
  public let tolerance: Int64
  /// Whether somebody asked for it; else it is when the file was saved.
  public let isAsked: Bool

  /// No zone is further from UTC.
  private static let zoneMax: Int64 = 14 * 3600

  /// A local time by which a certificate is to be valid.
  public init(_ time: LocalTime, isAsked: Bool) {
    self.seconds = time.seconds
    self.tolerance = time.isUTC ? 0 : Self.zoneMax
    self.isAsked = isAsked
  }

  /// The header's `Current Time`; `nil` where there is none that is understood.
  public init?(savedBy identity: ApplianceIdentity) {
    let lead = "Current Time: "
    guard let line = identity.otherLines.lazy.map(\.value).first(where: { $0.hasPrefix(lead) }),
      let time = LocalTime(ctime: String(line.dropFirst(lead.count)))
    else { return nil }
    self.init(time, isAsked: false)
  }

  /// `2026-07-01T06:00:00` of seconds since 1970, in UTC.
  public static func text(_ seconds: Int64) -> String {
    let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
    let second = Int(seconds - days * 86_400)
    let date = self.date(day: days)
    func padded(_ number: Int, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2) + "T"
      + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":"
      + padded(second % 60, 2)
  }

  /// The Gregorian date of a day since 1970-01-01, by years that begin in March.
  private static func date(day: Int64) -> (year: Int, month: Int, day: Int) {
    let shifted = Int(day) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    return (
      year + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
      dayOfYear - (153 * month + 2) / 5 + 1
    )
  }
}

extension CertificateFacts {
  /// For a person, in one line.
  public var text: String {
    let names =
      self.names.prefix(20).joined(separator: ", ") + (self.names.count > 20 ? ", ..." : "")
    return "\(self.subject.isEmpty ? "no subject" : self.subject); issuer \(self.issuer); "
      + "serial number \(self.serial); valid \(CertificateTime.text(self.notBefore))Z to "
      + "\(CertificateTime.text(self.notAfter))Z; \(self.key.text)"
      + (names.isEmpty ? "" : "; for \(names)")
  }
}
