extension FidelityArea {
  /// What is known of it, by behaviour.
  static let failures = FidelityArea(
    "Failure of a push",
    introduction:
      "",
    rows: failuresRows)

  private static let failuresRows: [FidelityRow] = [
    FidelityRow(
      "Failure of a push",
      """
      in this order: error line to every subscription, queue discarded with the error line in \
      it, header lines stamped, alert, its line, reconnection
      """,
      [
        .inferred(
          """
          the documented stream holds three header lines and the alert's line, stamped a \
          second before the SYN, and nothing else
          """)
      ],
      "`--delivery` has modes that lose less"),
    FidelityRow(
      "End of file",
      """
      a FIN of the server is a failure at once; with `at-least-once`, but for TLS, a \
      connection that brought lines waits up to 10 s for the acknowledgement of what is on its \
      way, and is closed in order
      """,
      [
        .ours()
      ],
      "a real appliance may notice only at its next write"),
    FidelityRow(
      "Log Error texts",
      """
      established: `Log Error: Subscription NAME: Network error while sending log data to \
      syslog server`; not established: `Log Error: Subscription NAME: Failed to connect to \
      HOST: REASON`
      """,
      [
        .documented(
          "the first"),
        .observed(
          "`Failed to connect to HOST`, cut after the address"),
        .ours(
          "REASON"),
      ],
      """
      reasons: `Connection refused` (only a RST to the SYN), `Operation timed out`, `No route \
      to host`, `Network is unreachable`, `Host name could not be resolved`, `Too many open \
      files`
      """),
    FidelityRow(
      "Level of the error line",
      "Critical",
      [
        .inferred(
          "the alert is Critical")
      ],
      ""),
    FidelityRow(
      "Delivery modes",
      """
      `buffered` and `at-least-once` keep lines on disk until they need not be sent again; \
      header lines once a run
      """,
      [
        .ours()
      ],
      "DELIVERY.md; `as-appliance` is the default"),
    FidelityRow(
      "Closing in order",
      """
      `at-least-once` ends a connection by a FIN at the end of a run, in pieces once failures \
      let it get on little, and when its disk buffer is half full of acknowledged lines; \
      after the peer's FIN the buffer lets the lines go, and they stay `acknowledged`
      """,
      [
        .ours(
          """
          TCP cannot distinguish `close()` from `shutdown()` (RFC 9293, section 3.6), so a FIN \
          confirms nothing
          """)
      ],
      """
      DELIVERY.md, "Closing in order"; `sim:close_confirms`
      """),
    FidelityRow(
      "A peer that does not close in order",
      """
      no FIN in 10 s or before the disk buffer is nearly full, or three resets in a row in \
      answer to a FIN after at most 1 KiB: it is asked no more in this run, and its \
      acknowledgements have to do; one that closes first and lets the push get nowhere three \
      times is taken at what it acknowledged
      """,
      [
        .ours()
      ],
      "otherwise `at-least-once` would stall; the report says so"),
    FidelityRow(
      "What an earlier run left damaged",
      """
      lines that neither the disk buffer holds nor its mark calls done with are unknown, and \
      the run says so
      """,
      [
        .ours()
      ],
      """
      DELIVERY.md, "The disk buffer"
      """),
    FidelityRow(
      "Lines sent before a death",
      "all that waited while a connection was open counts as sent again",
      [
        .ours()
      ],
      "an upper bound: the process had no time to say more"),
    FidelityRow(
      "A folder of several runs",
      """
      one run at a time; a push whose lines were kept under another delivery mode does not \
      begin
      """,
      [
        .ours()
      ],
      "nothing logged is forgotten"),
    FidelityRow(
      "Disk buffer at the end of a run",
      """
      what waits in it is `queued`, and `onDisk` of it is sent by the next run with the same \
      output
      """,
      [
        .ours()
      ],
      "it is not lost"),
    FidelityRow(
      "Queue at the end of a run",
      "lost with the process, and counted so, where there is no disk buffer",
      [
        .ours()
      ],
      "a scenario that ends leaves its lines as they are"),
    FidelityRow(
      "Time at full speed",
      """
      at `--rate max` everything that is written down is stamped by the model's time, from the \
      first header line on, and the model decides by it; what a socket waits for goes by the \
      machine's
      """,
      [
        .ours(
          "an announced time is then one that the log keeps")
      ],
      "`--stamp wall`"),
    FidelityRow(
      "Hold of the full-speed model",
      """
      a connected push whose queue is over 512 KiB holds `--rate max` until 2 s without \
      progress; one whose disk buffer has no room, while something on its connection may still \
      be acknowledged, until nothing was for 120 s (at `--rate N` mail that is due waits for \
      it too, by at most 2 s in all until the mail flow has caught up); one that waits for a \
      FIN up to 10 s, and one without room whose connection broke within 120 s of an \
      acknowledgement, until 2 s after it broke
      """,
      [
        .ours()
      ],
      """
      a busy collector pauses for less than 2 s; one that reads slowly opens its window \
      seldom, and is to lose nothing in the modes with a disk buffer; one that never reads \
      must not stop the traffic for ever
      """),
    FidelityRow(
      "A drain that writes about itself",
      """
      with `buffered`, a peer that closes in the drain when all is acknowledged and nothing \
      waits has not failed; with a disk buffer the drain is over when two connections in a row \
      failed after all lines until then were done with: what waits are lines about those \
      failures, and each connection for one brings the next; they are `queued` and `onDisk`, \
      and the next run with the same output sends them
      """,
      [
        .ours()
      ],
      """
      a server that takes what comes and resets (or closes) at once would hold the drain for \
      ever; a line on disk is not lost, so the exit code is 0
      """),
    FidelityRow(
      "What a peer may hold unread",
      """
      the largest window it advertised, or more by what was acknowledged between two samples \
      of it; 64 KiB at the least
      """,
      [
        .ours(
          "RFC 9293, section 3.8.6, has the right edge never move back")
      ],
      "`sim:send_buffer` sets how much passes between two samples"),
    FidelityRow(
      "Reconnection",
      """
      delay(n) = min(1 s · 2ⁿ⁻¹, 60 s), n failures in a row; a connection that was established \
      starts anew
      """,
      [
        .inferred(
          "the first second, from the capture"),
        .ours(
          "the growth"),
      ],
      ""),
    FidelityRow(
      "The documented bytes",
      """
      packet 281 is 47 bytes: 42 + 5, so the tag has five characters; a cut after 60 \
      characters ends at `sending l` with such a name
      """,
      [
        .inferred()
      ],
      """
      with five characters of name, and recipient and host name of 51 characters together, the \
      second connection writes 47 and 365 bytes (a test asserts it); with `Mail_Log` 50 bytes \
      and a cut at `sendin`
      """),
  ]
}
