extension FidelityArea {
  /// What is known of it, by behaviour.
  static let syslog = FidelityArea(
    "Syslog",
    introduction:
      "",
    rows: syslogRows)

  private static let syslogRows: [FidelityRow] = [
    FidelityRow(
      "Syslog header",
      """
      `<PRI>Mmm dd hh:mm:ss TAG: Level: text`, no HOSTNAME, TAG = the subscription's name
      """,
      [
        .documented(
          "the capture"),
        .inferred(
          "the tag's meaning, from its byte counts"),
      ],
      """
      a host name appears in some field samples, perhaps by relays; a switch comes with \
      delivery
      """),
    FidelityRow(
      "Facilities",
      """
      FreeBSD's names and numbers (auth 4, authpriv 10, console 14, daemon 3, ftp 11, local0-7 \
      16-23, mail 2, ntp 12, security 13, user 1)
      """,
      [
        .observed(
          "mail, user, auth, ftp, local4, local6"),
        .inferred(
          "the others, from the menu's names"),
      ],
      "`facility`, default mail"),
    FidelityRow(
      "Severity on the wire",
      """
      Critical→alert(1), Warning→warning(4), Info→informational(6), Debug and Trace→debug(7)
      """,
      [
        .observed(
          "Info"),
        .inferred(
          "the rest, by the documented analogy of levels"),
      ],
      "the samples of other levels prove nothing"),
    FidelityRow(
      "Framing",
      "TCP: each line ends in LF; UDP: one line a datagram, without LF",
      [
        .inferred(
          "TCP, from the capture"),
        .ours(
          "no LF in datagrams"),
      ],
      "RFC 6587 section 3.4.2, RFC 5426"),
    FidelityRow(
      "Syslog push defaults",
      "UDP, port 514, facility mail",
      [
        .documented(
          "UDP, 514"),
        .inferred(
          "facility, from `<22>`"),
      ],
      "`protocol`, `port`, `facility`"),
    FidelityRow(
      "TCP of the push",
      """
      Nagle's algorithm on; on a fresh or idle connection the first line leaves alone and the \
      rest in one write; a backlog leaves in chunks of 64 KiB; a connect may take 75 s
      """,
      [
        .observed(
          "in the capture"),
        .inferred(
          "75 s, which is FreeBSD's time for a connect"),
        .ours(
          "chunks"),
      ],
      "idle means at most 16 lines waiting"),
    FidelityRow(
      "UDP push",
      """
      not connected: ICMP errors are never received; local errors (no route, datagram too long) \
      fail the push
      """,
      [
        .ours()
      ],
      """
      follows the accounts that a change from TCP to UDP silences the alert and still loses \
      lines
      """),
    FidelityRow(
      "Addresses of a name",
      """
      one after the other, never two at once, each with its own time-out (a push 75 s or `run \
      --connect-timeout`, a relay 30 s, a proxy 10 s; a run that ends meanwhile says which \
      addresses were not tried), in the order of the system's resolver (RFC 6724), at most 16; \
      each attempt of a push begins with the first one again. When all failed it is one \
      failure and one line: the last one that is a server's (refused, no answer, TLS), and `No \
      route to host` or `Network is unreachable` only when every address has no route. By UDP \
      the first address with a route is the one. A mail goes on to the next address when \
      nobody's copy was taken, refused for good, or perhaps taken; a 5yz greeting is the \
      address's
      """,
      [
        .inferred(
          "mail, from RFC 5321 section 5.1"),
        .ours(
          "the rest"),
      ],
      """
      `AddressAttempts`; a machine without IPv6 would otherwise call a closed port an \
      unreachable network
      """),
    FidelityRow(
      "Push queue",
      """
      4 MiB, with more than 64 pushes a share of 256 MiB; a line beyond is refused and counted
      """,
      [
        .ours()
      ],
      "the header and the alert's line, which wait longest, are kept"),
  ]
}
