extension FidelityArea {
  /// What is known of it, by behaviour.
  static let alerts = FidelityArea(
    "Alerts",
    introduction:
      "",
    rows: alertsRows)

  private static let alertsRows: [FidelityRow] = [
    FidelityRow(
      "Alert classes",
      """
      System, Hardware, Updater, Outbreak Filters, Anti-Virus, Anti-Spam, Directory Harvest \
      Attack Prevention; Critical, Warning, Information
      """,
      [
        .documented()
      ],
      ""),
    FidelityRow(
      "Alert catalogue",
      "`LOG.ERROR`: class System, severity Critical",
      [
        .documented()
      ],
      ""),
    FidelityRow(
      "Alert subject",
      """
      `Critical <System> HOST: ` + text, cut after 60 characters, then `...`; line ends become \
      `; `
      """,
      [
        .observed(),
        .inferred(
          "the 60, from six samples"),
      ],
      """
      the documented template (`[severity]-[hostname]: ([class])`) is older than all data
      """),
    FidelityRow(
      "Line about a sent alert",
      """
      `Info: A System/Critical alert was sent to R with subject "S"`, one a recipient, no full \
      stop
      """,
      [
        .documented(
          "for 8.0.1; every other sample ends with a full stop")
      ],
      "`AlertMailPolicy.endsSentLineWithFullStop`"),
    FidelityRow(
      "Alert mails at the end",
      """
      a mail that waits for its next attempt holds no run up: it is listed, kept in \
      `alert-mails.json`, and sent by the next run with that output folder, by the routes of \
      then; attempts count over runs; a mail whose attempt the end cut off is sent again and \
      may arrive twice
      """,
      [
        .ours()
      ],
      """
      a real appliance keeps its queue over a restart; nothing public says more
      """),
    FidelityRow(
      "Alert mail",
      """
      `The Critical message is:`, text, `Version:`, `Serial Number:`, `Timestamp: 25 Jun 2015 \
      08:50:03 +0200`; From `IronPort MODEL Alert <alert@HOST>`
      """,
      [
        .observed(
          "in release 16.0.1; no sample of 8.0.1 is public")
      ],
      "the text after it is ours, the vendor's may not be copied"),
    FidelityRow(
      "Message-ID",
      "`<alert-NANOSECONDS-N@HOST>`",
      [
        .ours()
      ],
      "no sample shows one"),
    FidelityRow(
      "Duplicate alerts",
      """
      interval(n+1) = min(maximum, 2 · interval(n) + initial); 300 s and 3600 s; an initial \
      interval of 0 sends each
      """,
      [
        .documented(
          "the series"),
        .inferred(
          "reading it as intervals"),
        .ours(
          "the two defaults, which are remembered"),
      ],
      """
      duplicates: same kind and text; a text that was not raised for its interval and the \
      maximum starts anew (ours). No timer sends a summary: the next duplicate after the \
      interval goes, and its mail says how many were held back (ours)
      """),
    FidelityRow(
      "AutoSupport",
      "while on, `alerts@ironport.com` gets a copy of each alert",
      [
        .documented()
      ],
      """
      `autosupport_enabled`; an address that the alert tree names as well gets one mail
      """),
    FidelityRow(
      "Replies that come too early",
      """
      bytes of a relay that are there before the command that they would answer was written \
      end the session as a failure that is tried again; a 421 ends it as what it says
      """,
      [
        .inferred(
          "from RFC 5321 sections 3.8 and 4.1.1.4"),
        .ours("that it is tried again"),
      ],
      """
      `SMTPClientStateMachine`; a relay that writes all its replies in advance has taken no \
      mail
      """),
    FidelityRow(
      "Alert relay",
      """
      the SMTP route of the recipient's address, else of its domain: the name, else the \
      closest `.parent`, else ALL; no MX look-up
      """,
      [
        .documented(
          "routes, since release 5"),
        .ours(
          "no look-up"),
      ],
      """
      without a route the mail fails, and the log says so: this product mails nobody whom the \
      configuration does not name
      """),
    FidelityRow(
      "Internal SMTP",
      """
      nothing on success; on failure `Internal SMTP Error: Failed to send message to host H:P \
      for recipient R: ...`, `Internal SMTP giving up on message to R with subject 'S': \
      Unrecoverable error.`, `Error while sending alert: Unable to send ...`
      """,
      [
        .observed(
          "failures, in 14.x; 8.0.1's documented stream has no line on success")
      ],
      """
      3 attempts, 60 s apart (ours); a 5yz reply ends at once. A failed alert mail raises no \
      alert
      """),
    FidelityRow(
      "Alert history",
      "50 alerts",
      [
        .ours(
          "remembered, unverified")
      ],
      ""),
  ]
}
