extension FidelityArea {
  /// What is known of it, by behaviour.
  static let logs = FidelityArea(
    "Logs",
    introduction:
      "",
    rows: logsRows)

  private static let logsRows: [FidelityRow] = [
    FidelityRow(
      "Log levels",
      """
      Critical 1, Warning 2, Information 3, Debug 4, Trace 5; in lines `Critical:` `Warning:` \
      `Info:` `Debug:` `Trace:`
      """,
      [
        .documented(
          "levels and words"),
        .observed(
          "the tokens of the first three"),
        .inferred(
          "those of the others"),
      ],
      "`log_level`"),
    FidelityRow(
      "Log types",
      "the names of the log type menu",
      [
        .documented(
          "names from several releases")
      ],
      """
      the mail log's name follows the older spelling, `IronPort Text Mail Logs`
      """),
    FidelityRow(
      "Log types without content",
      """
      lines are written to text mail logs and status logs only; a log of another type has its \
      header lines, where its type has any, and is otherwise empty. One that is sent is a note \
      (`LOG036`) and a warning at `run` and `simulate`; one that stays on the appliance is \
      only empty
      """,
      [
        .ours()
      ],
      "`LogType.hasContent`; a real appliance writes them all"),
    FidelityRow(
      "On-disk stamp",
      "`Thu Jun 25 08:50:03 2015 Info: text`, day padded with a space",
      [
        .observed()
      ],
      ""),
    FidelityRow(
      "Header lines",
      """
      `Begin Logfile`, `Version: V SN: S`, `Time offset from UTC: N seconds`, each `Info:`
      """,
      [
        .observed(
          "the lines, and which types have them for three"),
        .documented(
          "which types have them for four"),
      ],
      "binary and mail box types have none"),
    FidelityRow(
      "End of a file",
      "nothing: no `End Logfile` line",
      [
        .ours()
      ],
      "the line is only remembered, no sample is public"),
    FidelityRow(
      "File names",
      "`NAME/FILENAME.@YYYYMMDDThhmmss.c`, `.s` when saved, local time",
      [
        .documented(
          "the formula"),
        .ours(
          "the stamp's form, which is remembered only"),
      ],
      """
      two files begun in one second, or in the hour that the end of summer time or a clock \
      that was set back repeats: the later one is named for the next free second, so that \
      names stay unique and in order (ours)
      """),
    FidelityRow(
      "Rollover",
      """
      by size: the line that reaches it is the file's last; default 10,485,760 bytes, 10 \
      files, oldest deleted first
      """,
      [
        .documented(
          "the defaults"),
        .ours(
          "the boundary"),
      ],
      "`rolloversize`, `rollover_max_files`"),
    FidelityRow(
      "Rollover size range",
      "1024 bytes to 10 GiB, 1 to 1000 files; `k` and `m` in any case",
      [
        .documented(
          "the suffixes"),
        .ours(
          "the range"),
      ],
      "a file smaller than its header would roll for ever"),
    FidelityRow(
      "Rollover by time",
      """
      an interval after the file was begun; `daily hh:mm`; `weekly Mon hh:mm`, without a time \
      midnight, without a day Sunday; by the zone's clock: a time that it skips is taken when \
      it has jumped, of one that it shows twice the first counts; a quiet file is saved all \
      the same; the next file is begun at once and named for the time that was due
      """,
      [
        .documented(
          "the first condition wins; interval, daily, weekly"),
        .ours(
          "spelling and the rest"),
      ],
      "`rollover_interval`; `RolloverSchedule`"),
    FidelityRow(
      "A clock that is set",
      """
      `Info: The system time was changed from Thu, 25 Jun 2015 08:50:30 to Thu, 25 Jun 2015 \
      07:50:30` in the mail log, once a step of more than a second; stamps follow the clock, \
      names of files never go back, a rollover at a time of day comes when the clock shows it, \
      again if it was set back, a rollover by age does not change
      """,
      [
        .observed(
          """
          the words, in an NTP log, where `using information from SERVER` follows
          """),
        .ours(
          "that the mail log has them"),
      ],
      "an appliance of ours has no NTP log that knows the server"),
    FidelityRow(
      "A stop",
      """
      connections that bring mail are cut: `ICID n lost` and an aborted message where one was \
      being received, then `ICID n close`; the work queue, deliveries under way, retries, \
      quarantines and idle connections stay as they are and are listed
      """,
      [
        .ours(
          "the shutdown of an appliance closes connections and keeps its queues")
      ],
      "a run that is interrupted ends its traffic at once"),
    FidelityRow(
      "`rollovernow`",
      "saves what is being written and begins the next file, at once",
      [
        .documented(
          "the command"),
        .ours(
          "SIGUSR1 to `appliance run`, for all subscriptions"),
      ],
      "`Appliance.rollOverNow`"),
    FidelityRow(
      "Unique file names",
      """
      `$hostname` and `$serialnumber` in `filename` stand for the appliance's own
      """,
      [
        .documented(
          "that they can be appended"),
        .inferred(
          "that the file has them as these words, and where"),
      ],
      "other bytes than letters, digits, `.`, `-`, `_` become `-`"),
    FidelityRow(
      "A commit",
      """
      takes effect while the appliance runs, from the next line on. A subscription at another \
      level, facility or form of header goes on on its connection; one with another host, \
      port, transport, framing or encryption goes on by a new connection, at once: its old one \
      is closed, lines that it did not take are lost as after a failure (never with a disk \
      buffer) and its log is opened anew; without a connection what waits goes to the new \
      server. Another type, retrieval method, file name, rollover, delivery mode or name ends \
      the subscription and begins another: files are saved, what waits in memory is lost, its \
      ledger goes on under the same name. Alerts, routes, zone, host name, measurement \
      interval and what the mail log quotes hold from then on; mails under way, duplicates and \
      history stay. Interfaces, listeners and all else take effect at the next start
      """,
      [
        .ours()
      ],
      """
      that a commit takes effect at once is documented; what becomes of a log is not
      """),
    FidelityRow(
      "A renamed subscription",
      "the old one ends, the new one begins: folder, tag and ledger are its own",
      [
        .ours()
      ],
      ""),
    FidelityRow(
      "Full disk",
      """
      the run goes on: `Log Error: Subscription NAME: Could not write to its log file: REASON` \
      in every mail log and as System/Critical alert, at most one of each in 5 minutes for a \
      subscription; the lines of that file are counted as not kept, and writing is tried again \
      after 1 s doubled up to 60 s; when a line can be written, and the failure was said, an \
      Information line says how many were not kept
      """,
      [
        .ours()
      ],
      "a write is kept whole or not at all, so that no half line stays"),
    FidelityRow(
      "A log file that is gone",
      """
      deleted or renamed under the writer: noticed before the next write, `Subscription NAME: \
      its log file FILE was removed or renamed, a new one is begun` as Warning in every mail \
      log, and the lines go on in a new file with its header lines; nothing is written into \
      the old one any more
      """,
      [
        .ours()
      ],
      """
      at each write of lines to the file, which is once a step of the mail flow
      """),
    FidelityRow(
      "Full disk and a push",
      """
      a disk buffer that cannot be written: `Log Error: Subscription NAME: Could not write to \
      its disk buffer: REASON`, alert, period and tries as above; lines go on by memory alone; \
      it counts as written again when a record and a mark after it are; what left by a \
      connection and is in no file has the fate that the connection gave it, acknowledged or \
      unacknowledged
      """,
      [
        .ours()
      ],
      """
      DELIVERY.md, "The disk buffer"; a real appliance has none
      """),
    FidelityRow(
      "A disk buffer that is full",
      """
      `Log Error: Subscription NAME: The disk buffer is full, new lines are dropped` (or `its \
      oldest lines are dropped`) in every mail log and as System/Critical alert, at most one \
      of each in 5 minutes for a subscription, as long as lines are dropped
      """,
      [
        .ours()
      ],
      "a real appliance has no disk buffer; the figures are in the ledger"),
    FidelityRow(
      "Ledger after a death",
      """
      a run goes on from the journal of the one before and counts the log files' lines after \
      it, files in the order in which they were last written, their fate `unknown, the process \
      ended`; lines filtered since then are not known
      """,
      [
        .ours()
      ],
      """
      DELIVERY.md, "The journal"; a real appliance has no ledger
      """),
    FidelityRow(
      "Record of a pushed log",
      "files of its lines, none ever deleted",
      [
        .ours()
      ],
      """
      a real push keeps no file; ours is what was logged, to compare with. `--no-record`
      """),
    FidelityRow(
      "Text mail log",
      "the line forms of the tables below",
      [
        .observed(
          "most in a release 7.6.3 sample, the nearest to 8.0.1")
      ],
      "forms of later releases (SDR, AMP, CEF) are not written"),
    FidelityRow(
      "Control bytes in texts",
      #"""
      `\r`, `\n`, `\t`, `\xNN`
      """#,
      [
        .inferred(
          #"""
          from samples of later releases, which show `\r\n` in words
          """#)
      ],
      "older releases break the line, which would forge lines"),
  ]
}
