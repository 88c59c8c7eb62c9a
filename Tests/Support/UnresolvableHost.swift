/// A host name that cannot be resolved.
public enum UnresolvableHost {
  /// One label is longer than 63 octets (RFC 1035 2.3.4), so that no name server is asked.
  public static let name = String(repeating: "a", count: 64) + ".invalid"
}
