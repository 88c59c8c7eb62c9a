extension FidelityArea {
  /// What is known of it, by behaviour.
  static let network = FidelityArea(
    "The simulated network",
    introduction:
      "",
    rows: networkRows)

  private static let networkRows: [FidelityRow] = [
    FidelityRow(
      "The appliance's TCP",
      """
      SYN with window 16384, MSS 1460, window scale 0, SACK permitted; once connected the \
      window is 16384 rounded up to a multiple of the MSS
      """,
      [
        .documented(
          "the capture")
      ],
      "`TCPStackProfile.appliance`; delayed ACK, RTO and give-up time are ours"),
    FidelityRow(
      "The documented server's TCP",
      """
      window 32120 = 22 * 1460; each segment is acknowledged at once, its window less that \
      segment's bytes, and read just after, so that the RST shows 32120 again
      """,
      [
        .inferred(
          "from the capture's windows")
      ],
      "`stack: documented-server`"),
    FidelityRow(
      "MSS 1350",
      "a middlebox clamps it",
      [
        .inferred(
          "a window of whole 1460s beside an MSS of 1350")
      ],
      "`mss_clamp`"),
    FidelityRow(
      "Times within the documented capture",
      """
      each packet at its microsecond, from the SYN at 08:50:04.111889 to the RST at .116192; \
      the lines are stamped 08:50:03
      """,
      [
        .documented()
      ],
      """
      inferred rules: the answers to 47 and to 365 bytes differ by 120 us, so the path has \
      21.2 Mbit/s and 155.54 us one way; the stacks take 2.124 ms (server, SYN), 15 us and 6 \
      us (appliance, SYN,ACK and ACK), the applications 158 us (connect to first write) and \
      830 us (read to RST): `TCPStackProfile`
      """),
    FidelityRow(
      "Give-up time",
      "924.6 s without an acknowledgement, then the push has timed out",
      [
        .ours(
          "Linux's 15 retransmissions; what AsyncOS does is not known")
      ],
      "the black hole of fifteen minutes"),
    FidelityRow(
      "Connect time",
      "75 s",
      [
        .inferred(
          "FreeBSD")
      ],
      ""),
    FidelityRow(
      "End of a crashed server",
      "its kernel resets the connections and its ports are closed",
      [
        .ours()
      ],
      "`crash`"),
    FidelityRow(
      "Names",
      """
      a question of type A to the lab's name server, by UDP from one port, asked again after 5 \
      s, given up after 15 s; no answer is remembered; of several addresses each is tried in \
      the order of the answer ("Addresses of a name"; by UDP the first)
      """,
      [
        .ours(
          "BSD resolvers' 5 s")
      ],
      "faults of names, and a host with `dns`"),
    FidelityRow(
      "What the lab's server read",
      "counted as received in the ledger",
      [
        .ours()
      ],
      "a collector's application does not report it"),
    FidelityRow(
      "The lab's server and framing",
      """
      decided at each message's beginning: a length, a space and `<` begin a counted message, \
      anything else a line that ends with LF or NUL; ends of lines between messages are read \
      over
      """,
      [
        .ours(
          """
          RFC 6587, sections 3.4.1 and 3.4.2, as rsyslogd's imtcp reads it, but that imtcp \
          takes digits before any other character for a length and does not end a line at NUL \
          unless configured
          """)
      ],
      """
      LIVE-FAULTS.md, "Faults of a server"
      """),
    FidelityRow(
      "The lab's server and a message without an end",
      "written as a line and said, not counted as one",
      [
        .ours(
          "imtcp keeps such a line and throws such a counted message away")
      ],
      "what was read is not hidden"),
    FidelityRow(
      "Addresses in a matrix",
      """
      `appliance test --config`: servers of pushes become those of the scenario in their \
      order, by transport, destinations of SMTP routes its mailbox hosts; names stay names; \
      the appliance itself stays itself
      """,
      [
        .ours()
      ],
      """
      MATRIX.md, "Mapping"; an export's network is not known, so each scenario's stands for it
      """),
    FidelityRow(
      "Mail exchangers in a matrix",
      """
      an alert mail to a domain that no SMTP route leads to goes to the scenario's first \
      mailbox host
      """,
      [
        .ours()
      ],
      """
      an appliance asks DNS for MX records then; `run` and other scenarios mail nobody without \
      a route ("Alert relay")
      """),
    FidelityRow(
      "Verdicts of a matrix",
      """
      silent loss: lines lost by the ledger, or datagrams that left and that the lab's server \
      did not read, or lines that a full disk did not take, and no alert mail about that \
      subscription was taken by the mailbox; lines of a connection that only the end of the \
      scenario cut off are not lost
      """,
      [
        .ours()
      ],
      """
      MATRIX.md, "Verdicts"; AutoSupport counts as a recipient, as in "No recipient for \
      System/Critical"
      """),
  ]
}
