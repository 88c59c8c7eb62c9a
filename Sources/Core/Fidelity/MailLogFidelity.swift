extension FidelityArea {
  /// What is known of it, by behaviour.
  static let mailLog = FidelityArea(
    "The text mail log, line by line",
    introduction:
      """
      Section 4 of what is known has a sample for most forms; where two releases differ, that \
      of 7.6.3, the nearest to 8.0.1, is written. In code: "Text mail log, injection", \
      "reception", "work queue" and "delivery".
      """,
    rows: mailLogRows)

  private static let mailLogRows: [FidelityRow] = [
    FidelityRow(
      "Text mail log, injection",
      """
      `New SMTP ICID`, `ICID n ACCEPT SG ...`, TLS, `lost`, `close`, sender rejected, idle
      """,
      [
        .observed()
      ],
      ""),
    FidelityRow(
      "Text mail log, reception",
      """
      `Start MID`, `From`, `RID n To`, RAT rejection, `Message-ID`, `Subject`, `ready`, \
      `attachment`, policy match
      """,
      [
        .observed()
      ],
      "subjects and attachments are written as they are, not as Python literals"),
    FidelityRow(
      "Text mail log, work queue",
      "CASE, Sophos, Outbreak Filters, filters, quarantines",
      [
        .observed()
      ],
      ""),
    FidelityRow(
      "Text mail log, delivery",
      """
      `queued for delivery`, `New SMTP DCID`, `Delivery start`, `Message done`, `Response`, \
      `finished`, bounces, delays
      """,
      [
        .observed()
      ],
      ""),
    FidelityRow(
      "Group without a match",
      "`match  SBRS`, two blanks",
      [
        .observed()
      ],
      ""),
    FidelityRow(
      "Trailing blank",
      """
      after `antivirus negative`, after the cipher of DCID lines, after `Message done ... \
      [0]`
      """,
      [
        .observed(
          "in 7.6.3")
      ],
      "none on the TLS lines of ICIDs"),
    FidelityRow(
      "Suspect senders",
      "`ACCEPT SG SUSPECTLIST match sbrs[-2.5:-0.5]`",
      [
        .inferred(
          "from the gap between observed ranges")
      ],
      "no THROTTLE line is public, so none is written"),
    FidelityRow(
      "RELAY",
      "`ICID n RELAY SG RELAYLIST match 10.1.2.0/24 SBRS rfc1918`",
      [
        .inferred(
          "the same pattern, no sample")
      ],
      ""),
    FidelityRow(
      "TCPREFUSE",
      "`ICID 0 TCPREFUSE SG RBLBlacklist match dnslist[...] SBRS None`",
      [
        .observed()
      ],
      "the list's name is ours"),
    FidelityRow(
      "`lost` and idle connections",
      "followed by `close`",
      [
        .inferred(
          "each ICID closes")
      ],
      ""),
    FidelityRow(
      "Aborted reception",
      """
      `Message aborted MID n Receiving aborted`, then `Message finished MID n aborted`
      """,
      [
        .observed(
          "the first"),
        .ours(
          "the second, which is remembered"),
      ],
      ""),
    FidelityRow(
      "Virus",
      """
      `interim AV verdict using Sophos VIRAL`, `Dropped by antivirus`; `antivirus positive \
      'NAME'`
      """,
      [
        .observed(
          "the last"),
        .ours(
          "the others, which are remembered"),
      ],
      ""),
    FidelityRow(
      "Scan limits",
      """
      anti-spam 1,048,576 bytes, Outbreak Filters 262,144 bytes: `was too big (n/limit) for \
      scanning by ...`
      """,
      [
        .observed(
          "the second"),
        .ours(
          "the first"),
      ],
      ""),
    FidelityRow(
      "Content filter drop",
      """
      `Message aborted MID n Dropped by content filter 'x' in the inbound table`
      """,
      [
        .observed(
          "as the template since 4.5, with the filter's name in quotes")
      ],
      """
      `MID n was dropped by content filter ...`, of older releases, ends no message for \
      readers of such logs
      """),
    FidelityRow(
      "Content filter bounce",
      """
      `Message aborted MID n Bounced by content filter 'x' in the inbound table`, then the \
      bounce message
      """,
      [
        .inferred(
          "the form, from the drop's"),
        .ours(
          "the bounce message as for a hard bounce, and none for a null sender"),
      ],
      "1 message in a thousand"),
    FidelityRow(
      "Message after any drop",
      "`Message finished MID n done`",
      [
        .inferred(
          "each MID ends once")
      ],
      ""),
    FidelityRow(
      "Quarantine reasons",
      """
      `(content filter:NAME)`; release with `t=SECONDS`, then `from all quarantines`
      """,
      [
        .observed(
          "all but the reason"),
        .ours(
          "the reason"),
      ],
      ""),
    FidelityRow(
      "Spam quarantine",
      """
      `ISQ: Tagging MID n for quarantine`, `RPC Delivery start RCID ...`, `ISQ: Quarantined \
      MID n`, `RPC Message done ...`
      """,
      [
        .observed(),
        .inferred(
          "`ISQ: Quarantined`"),
      ],
      "the quarantine is local: ours"),
    FidelityRow(
      "Outgoing mail is not signed",
      "`DomainKeys: cannot sign - no profile matches ADDR`, and `DKIM:`",
      [
        .observed(),
        .ours(
          "that it is on each outgoing message"),
      ],
      ""),
    FidelityRow(
      "Bounce message",
      """
      `Start MID n ICID 0`, `MID n was generated for bounce of MID m`, no `ready`
      """,
      [
        .inferred()
      ],
      ""),
    FidelityRow(
      "Hard bounce",
      """
      `Bounced: DCID d MID m to RID r - 5.1.0 - Unknown address error ('550', ['...']) []`
      """,
      [
        .observed()
      ],
      "`[]` with DCID 0 too: inferred"),
    FidelityRow(
      "Soft bounce",
      """
      `Delayed: DCID d MID m to RID r - 4.x ... []`, `Message n to RID [..] pending till \
      CTIME`
      """,
      [
        .observed(
          "the second"),
        .inferred(
          "the first"),
      ],
      "retry after 60 s, doubled up to 3600 s, 12 attempts: ours"),
    FidelityRow(
      "Double bounce",
      "`Double bounce: MID n to r - STATUS CODE-'REPLY'`",
      [
        .observed()
      ],
      ""),
    FidelityRow(
      "Connection error",
      "timeout and EOF forms; `details: [Errno 61] Connection refused`",
      [
        .observed(),
        .inferred(
          "the last, from FreeBSD's numbers"),
      ],
      """
      an attempt that never connected uses a DCID there, and DCID 0 in its `Delayed`: ours
      """),
    FidelityRow(
      "Expired, too large",
      """
      `5.4.7 - Delivery expired (message too old)`, `5.3.0 - Other mail system problem`
      """,
      [
        .ours(
          "remembered")
      ],
      ""),
    FidelityRow(
      "Response",
      """
      `'2.0.0 Ok: queued as HEX10'`, `'queued as HEX10'`, `'2.0.0 HEX14 Message accepted for \
      delivery'`
      """,
      [
        .observed(
          "two"),
        .ours(
          "the third"),
      ],
      ""),
    FidelityRow(
      "TLS in mail",
      "`TLSv1` only",
      [
        .observed(
          "in 7.6.3")
      ],
      ""),
    FidelityRow(
      "Status line",
      """
      the 64 pairs of release 14.0; load, memory, disk, swap and DNS are constant
      """,
      [
        .inferred(
          "no 8.0.1 sample")
      ],
      "`log_system_measurements_frequency`"),
  ]
}
