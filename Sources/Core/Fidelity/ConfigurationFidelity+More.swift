extension FidelityArea {
  static let moreOfConfiguration: [FidelityRow] = [
    FidelityRow(
      "Commit and rollback",
      """
      loading changes what is uncommitted; a commit with a comment makes it active; the ten \
      before it are kept; a rollback loads one of them, and the next commit makes it active; \
      what is committed is checked once more
      """,
      [
        .documented(),
        .ours(
          "that a rollback does not commit, which is remembered"),
      ],
      "`ConfigurationHistory`"),
    FidelityRow(
      "First configuration",
      """
      `config init` with a whole file makes commit 1; `config load` needs a state, as an \
      appliance always has a configuration
      """,
      [
        .ours()
      ],
      "CONFIG-LOADING.md"),
    FidelityRow(
      "Texts of loading",
      """
      `Values have been loaded.`, `Parsing failed` after the findings, `No data to load`, \
      `Error: the file "NAME" does not exist`; `No changes detected` when a load, rollback, \
      clear or commit changes nothing
      """,
      [
        .documented(
          "the texts"),
        .ours(
          "which call prints the last, and all other lines"),
      ],
      "`LoadingText`"),
    FidelityRow(
      "Access tables",
      """
      `hat`, `rat`: text as an appliance exports it (`GROUP:`, senders, `$POLICY (comment)`; \
      `$POLICY` and `BEHAVIOUR {name = value}`; `ALL`), or elements; RAT lines `recipient \
      ACCEPT`, without a word ACCEPT and a note; `rat_entry` with one `rat_address` or more, \
      `access` and `rat_params`
      """,
      [
        .documented(
          """
          that groups, policies and behaviours are there, and the names of `rat_entry` and its \
          parts
          """),
        .ours(
          """
          the text's form, which is remembered; each other element's name, and that `hat` \
          holds either
          """),
      ],
      """
      one table, `AccessTableNames`; what is not understood is a note and kept; a name near to \
      one that says who is meant or what becomes of them, a second one, and a behaviour that \
      is not known are warnings
      """),
    FidelityRow(
      "Senders",
      """
      of numbers: addresses, networks, ranges such as `10.0.0.1-20`, parts such as `10.1.`; \
      scores `sbrs[-10.0:-3.0]` and `sbrs[none]`; other numbers and scores are a note, any \
      other word is a host or a keyword
      """,
      [
        .ours(
          "remembered")
      ],
      "`AccessSender`"),
    FidelityRow(
      "Access tables and the mail flow",
      """
      none: sender groups in `ICID n ... SG` lines are the simulation's own, whatever `hat` \
      says
      """,
      [
        .ours(
          "not done")
      ],
      "the tables are read, checked, compared and exported"),
    FidelityRow(
      "Certificates",
      """
      a reference is looked for among certificates with a `certificate_name`; in a file that \
      has only some without a name none can be missed; a `certificate` is armour of RFC 7468 \
      around a multiple of four characters
      """,
      [
        .ours(
          "certificates have no names in the facts")
      ],
      """
      the characters are not looked at by an import: a sanitized copy has random letters. \
      `config check` reads certificates besides (`CFG049` to `CFG051`): what RFC 5280 says of \
      them, of `certificate` and `cert`; no chain, no trust, no host name is judged
      """),
    FidelityRow(
      "Offset of the time zone",
      """
      by the system's zone data at the header's `Current Time`, read in the file's own zone, \
      or now; a time that the clock skips is when it has jumped, of two the first
      """,
      [
        .ours(
          "that zone of the header")
      ],
      "`config show --at`"),
    FidelityRow(
      "Rollover interval range",
      """
      60 s to 30 days, a bound of the simulation; `0`, `none`, `hourly`, seconds, or `2h30m`
      """,
      [
        .documented(
          "the composite form and its units"),
        .ours(
          "range, words and the element"),
      ],
      "`ConfigurationRules.rolloverIntervalSeconds`"),
    FidelityRow(
      "Message size range",
      "1024 to 9216 bytes by UDP, to 65535 by TCP",
      [
        .ours(
          "remembered, of another product of the family")
      ],
      "`ConfigurationRules.messageBytesMaxUDP`"),
    FidelityRow(
      "Bounce profiles, references to them",
      """
      `bounce_profiles/bounce_profile/bounce_profile_name`, `listener/bounce_profile_name`
      """,
      [
        .documented()
      ],
      "in `KnownNames`"),
    FidelityRow(
      "`bytes_to_record`, `log_headers`",
      "a warning: no effect in this version",
      [
        .ours()
      ],
      "never silent, and real exports still load"),
    FidelityRow(
      "Canonical export",
      """
      fixed order; settings that are in force by default are not written; comments, and \
      attributes that are not known, are left out; kept elements are last in their section, \
      access tables keep their form
      """,
      [
        .ours()
      ],
      "`config export` without `--canonical` keeps every byte"),
    FidelityRow(
      "Namespaces",
      """
      `<config xmlns="...">` is not the root of a configuration; of any other known element a \
      namespace is a warning, and the element is read by its name
      """,
      [
        .ours(
          "no public export has a namespace")
      ],
      ""),
    FidelityRow(
      "White space",
      """
      space, tab, line feed and carriage return; any other character between elements is text
      """,
      [
        .documented(
          "XML 1.0, section 2.3")
      ],
      ""),
    FidelityRow(
      "Destinations of SMTP routes",
      """
      `host`, `host:port`, an address of either version with brackets or without, `/dev/null`, \
      `USEDNS`; `[host]` is a host by its address records, without MX
      """,
      [
        .inferred(
          "from the console's menus, but for the last"),
        .ours(
          "the last, which is remembered"),
      ],
      "no MX record is asked for in either world"),
    FidelityRow(
      "Attributes that are not known",
      """
      a finding, shown and compared with the element's text; a canonical export leaves them \
      out
      """,
      [
        .ours()
      ],
      "`config export` without `--canonical` keeps them"),
    FidelityRow(
      "What a difference compares",
      """
      meaning: neither order, layout nor spelling, nor a default written out; of what is not \
      modelled the elements, matched by name, else by content (CONFIG-CI.md, "Compare two \
      exports, or two folders"); of the header product, model, version and serial number
      """,
      [
        .ours()
      ],
      "the other lines hold the time of saving"),
    FidelityRow(
      "Harm by a push",
      """
      warnings: to the appliance itself; to the relay of the alert about it; of every mail \
      log, whose error lines then are lost
      """,
      [
        .ours()
      ],
      """
      loopback addresses are a lab's and never warned about; `0.0.0.0` and `::` are the \
      appliance itself
      """),
    FidelityRow(
      "Spellings of a host",
      """
      one: letters of either case, zeros of IPv6 written or not, IPv4 within IPv6 \
      (`::ffff:10.0.0.1`); so for collisions, pushes and `config diff`
      """,
      [
        .documented(
          "RFC 4291 section 2.2"),
        .ours(
          "that a mapped address is the plain one"),
      ],
      "`HostSyntax.canonical`"),
    FidelityRow(
      "Unusual hosts",
      """
      an underscore, a dot after the last label or brackets around a host: a warning; \
      brackets of a syslog server are taken away
      """,
      [
        .inferred(
          "resolvers take them")
      ],
      "`HostSpelling`"),
    FidelityRow(
      "Numbers and networks",
      """
      `dns_ptr_timeout` and `priority` whole numbers, or a warning; an IPv6 address with its \
      prefix, and a route's destination that is no address or network, a warning
      """,
      [
        .ours()
      ],
      "names of ports, routes and users are there and differ"),
    FidelityRow(
      "Length of a file's name",
      """
      236 bytes with host name and serial number in their places, so that 255 hold the time \
      stamp too
      """,
      [
        .ours()
      ],
      "`LogFileName.expandedBytesMax`"),
    FidelityRow(
      "References",
      "`Auto` and nothing are no reference",
      [
        .ours()
      ],
      """
      certificates: row "Certificates"
      """),
    FidelityRow(
      "Unknown elements",
      "a note; inside `log_subscriptions` and `alert_email_config` a warning",
      [
        .ours()
      ],
      ""),
    FidelityRow(
      "Alert names",
      "short candidates, display names, `all`, in any case",
      [
        .inferred(),
        .ours(
          "`all`"),
      ],
      ""),
    FidelityRow(
      "Empty `alert_from_email_address`",
      "the default From",
      [
        .ours()
      ],
      "an empty element clears its setting"),
    FidelityRow(
      "Alert intervals",
      "inside `alert_email_config` or beside it, 0 to 604,800 s",
      [
        .ours()
      ],
      "their place is not known"),
    FidelityRow(
      "`timezone` absent",
      "`Etc/GMT`, and a note",
      [
        .ours()
      ],
      ""),
    FidelityRow(
      "Time zone names",
      """
      those of the time zone database, by the system's files or, for names with an area, \
      Foundation's data; no `Factory`, and neither `GMT+2` nor `SystemV/EST5`, which \
      Foundation takes; another name is a warning, and `Etc/GMT` is taken
      """,
      [
        .ours()
      ],
      """
      `ZoneDatabase.isZone`; the sign of `Etc/GMT+2` is that of POSIX: two hours behind UTC
      """),
    FidelityRow(
      "No recipient for System/Critical",
      "a warning; AutoSupport counts as a recipient",
      [
        .ours()
      ],
      ""),
  ]
}
