extension FidelityArea {
  /// What is known of it, by behaviour.
  static let configuration = FidelityArea(
    "The configuration file",
    introduction:
      "",
    rows: configurationRows + moreOfConfiguration)

  private static let configurationRows: [FidelityRow] = [
    FidelityRow(
      "Whole file or nothing",
      "any error gives no configuration",
      [
        .documented()
      ],
      ""),
    FidelityRow(
      "Whole file or sections",
      """
      declaration, document type and `config` around one section or more, with a header \
      comment or without; each section takes the place of the one of its name, an empty one \
      clears it, an omitted one stays; so does a whole file's
      """,
      [
        .documented(),
        .inferred(
          """
          that what a section is replaced as a whole, and that the header of a loaded file \
          changes nothing
          """),
      ],
      """
      what is a whole file: one with a line of the appliance in its header, and with \
      `hostname` (ours): `init`, `run` and scenarios ask for one
      """),
    FidelityRow(
      "Sections without their prologue",
      "`config` alone, or sections alone, in UTF-8, are loaded with a note",
      [
        .ours()
      ],
      "a convenience; an appliance asks for all three"),
    FidelityRow(
      "Sections that nothing is known of",
      """
      a load adds them, without effect; a part of a section, and a known name with a typing \
      error, is refused
      """,
      [
        .ours(
          "another release may have them")
      ],
      "`CFG004`, CONFIG-LOADING.md"),
    FidelityRow(
      "Loading over UTF-16",
      "the configuration is in UTF-8 from then on",
      [
        .ours()
      ],
      ""),
    FidelityRow(
      "Declaration and DOCTYPE",
      """
      mandatory, `<!DOCTYPE config SYSTEM "config.dtd">`; an internal subset is refused
      """,
      [
        .documented(),
        .ours(
          "the subset, for safety"),
      ],
      ""),
    FidelityRow(
      "Values",
      """
      white space around a value, as in `" 3 "`, is a warning (`CFG041`), and the value is taken \
      without it; of passphrases and of texts that people read it is a part
      """,
      [
        .ours()
      ],
      "a value is never changed silently"),
    FidelityRow(
      "Encodings",
      "ISO-8859-1, US-ASCII, UTF-8 with and without a mark, UTF-16 with a mark",
      [
        .documented(
          "the first"),
        .ours(
          "the rest"),
      ],
      "overrides of a scenario are not loaded over a file in UTF-16"),
    FidelityRow(
      "Places",
      "line and column in bytes of the original file, at the start tag's `<`",
      [
        .ours()
      ],
      "the convention of compilers"),
    FidelityRow(
      "Spellings of log types",
      "`log_X`, or `log_text` with `module` X; the table is in DIAGNOSTICS.md",
      [
        .documented(
          "11 elements"),
        .ours(
          "the rest"),
      ],
      "one table, one row a spelling"),
    FidelityRow(
      "`log_level`",
      """
      1-5, the five names, or `info`, in any case; absent or not understood means Information
      """,
      [
        .documented(
          "the default"),
        .observed(
          "`Info` in lines"),
        .ours(
          "the rest"),
      ],
      ""),
    FidelityRow(
      "Names",
      """
      1-64 letters, digits, `.`, `-`, `_`, unique in any case; other characters are a warning; \
      what no folder can be named by (a slash, a control character, a dot first, over 200 \
      bytes) is an error
      """,
      [
        .ours()
      ],
      "a name is a folder and a syslog tag"),
    FidelityRow(
      "`retrieval` or `filename` absent",
      "an error",
      [
        .observed(
          "every public export has them")
      ],
      "no safe default is known"),
    FidelityRow(
      "FTP push, SCP push",
      """
      `ftp_push`, `scp_push` with `hostname`, `port`, `directory`, `username`, `passphrase` \
      (FTP), `host_key_checking` (SCP) and the children of `ftp_poll`; an empty `directory` or \
      `username` is as if absent; each saved file is sent at its rollover, and with it the \
      earlier ones that were not, the oldest first; nothing unsent is deleted \
      (`rollover_max_files` counts for polled files only)
      """,
      [
        .documented(
          """
          sending at rollover, the earlier files and that only polled files are deleted
          """),
        .ours(
          """
          names of settings, deleting what arrived, waits of 10 s doubled up to 15 min and all \
          texts
          """),
      ],
      """
      `FileTransferQueue`; texts: `Log Error: Subscription NAME: Failed to connect to HOST: \
      REASON` and `... Failed to send a log file to HOST: REASON`
      """),
    FidelityRow(
      "Encrypted syslog",
      """
      `tls` 1 is TLS 1.2 or 1.3 by TCP (RFC 5425), port 6514 unless one is given; `tls` 1 by \
      UDP is a warning, and nothing is pushed
      """,
      [
        .ours()
      ],
      "DTLS is not built; in the simulated network the lines go as they are"),
    FidelityRow(
      "TLS errors",
      """
      a Log Error text each for: no TLS spoken, no common version, certificate out of date, \
      unknown authority, other name, client certificate refused, files unusable
      """,
      [
        .ours()
      ],
      """
      while connecting: `Failed to connect to HOST: REASON`; on an established connection the \
      network error with `: REASON`
      """),
    FidelityRow(
      "Delivery settings",
      """
      elements of the namespace `urn:appliance-sim:delivery:1` in `syslog_push`; one that is \
      not known, or that is elsewhere, is an error; one in a push that is not read is a \
      warning
      """,
      [
        .ours()
      ],
      "`DeliveryNames`"),
    FidelityRow(
      "Cut of long messages",
      """
      a message, header included and framing not, loses what is beyond `max_message_size`; \
      without it 9216 bytes by UDP and 65,535 by TCP; never within a character of UTF-8; the \
      ledger counts `cut`
      """,
      [
        .ours()
      ],
      """
      the upper ends of "Message size range"
      """),
    FidelityRow(
      "Host in the header",
      """
      none, as documented; `sim:header_host` 1 puts the first label of the host name before \
      TAG (RFC 3164 section 4.1.2)
      """,
      [
        .ours()
      ],
      "with `rfc5424` the whole name is there unless 0"),
    FidelityRow(
      "RFC 5424 form",
      """
      `<PRI>1 2015-06-25T08:50:03+02:00 HOST TAG - - - TEXT`, TAG cut to 48 characters
      """,
      [
        .ours()
      ],
      "`sim:format`"),
    FidelityRow(
      "Octet counting",
      "the length in octets and a space before each message, no LF",
      [
        .ours()
      ],
      "`sim:framing`; RFC 6587 section 3.4.1"),
    FidelityRow(
      "Rate limit",
      """
      lines above it wait in the queue or the disk buffer; none is dropped for it
      """,
      [
        .ours()
      ],
      "`sim:lines_per_second`, `sim:burst_lines`"),
    FidelityRow(
      "Keep-alive and user timeout",
      "off, as the appliance",
      [
        .ours()
      ],
      """
      `sim:keepalive_idle`, `sim:user_timeout`; the user timeout ends a connection whose data \
      are not acknowledged for so long
      """),
    FidelityRow(
      "Masked passphrases",
      """
      five asterisks or more and nothing else but white space around them, as the text of any \
      element or in any attribute, but not of an element that people read by its name (banner, \
      motd, text, message, comment, description, disclaimer, footer); one finding a file
      """,
      [
        .documented(
          "such a file cannot be loaded"),
        .ours(
          "where masks are"),
      ],
      "lenient reading: a note"),
    FidelityRow(
      "Secrets in texts",
      """
      findings, `config diff` and `config show` hide also texts with a user and a passphrase \
      before a host, as in a URL, or with the name of a secret before `=` or `:`, what is \
      beside such a name (`<name>api_key</name><value>`), and the attributes of a secret
      """,
      [
        .ours()
      ],
      "`SecretText`"),
    FidelityRow(
      "Lenient reading",
      """
      what strict reading refuses is a warning that names what is assumed; no configuration \
      only for XML that cannot be read, or no `config`
      """,
      [
        .ours()
      ],
      "to look at and to compare, never to run"),
    FidelityRow(
      "What refuses a file",
      """
      strict reading refuses what a documented or observed fact, a clause of XML, a bound or a \
      house rule forbids; the value of a name that is not public, and a name, \
      module, level, class, severity or method that is not known, is a warning: kept in the \
      file, without effect
      """,
      [
        .ours(
          "an appliance knows more than this reader")
      ],
      "the column *fact* of DIAGNOSTICS.md; a test holds the table to it"),
    FidelityRow(
      "Misspelt settings",
      """
      an unknown name at most two letters from a known one that behaviour depends on, and that \
      is missing there or may occur several times: an error where it is a public name with a \
      typing error (one letter added, lost or changed, or two neighbours swapped, within a \
      word; of logs in a word of four letters or more), a warning where it differs by a whole \
      word or digit, by how words are divided (`ftp_pull`, `http_poll`, `log_euq_gui`, \
      `host_name`), by more letters, or from a name of ours. Nothing depends on the other \
      known sections: of these a typing error alone counts (not in a word of three letters, \
      and not one and several of a thing), an error near one that is read (`userz`), a warning \
      near one that is kept or after a prefix (`a:users`)
      """,
      [
        .ours()
      ],
      """
      an appliance refuses every unknown name; newer releases have names that are not known \
      here; the names: `KnownNames.behaviour`, `PublicNames`, `TypingError.isOneOfSection`
      """),
    FidelityRow(
      "A subscription that is not understood",
      """
      its type, method, protocol or encryption is not known, or a push has a type that is no \
      text: it is kept, shown and compared, and nothing is logged
      """,
      [
        .ours()
      ],
      "`LogSubscriptionSettings.isInEffect`"),
    FidelityRow(
      "Cluster exports",
      """
      elements `cluster`, `group`, `machine` and their names below `config`, or a root \
      `cluster_config`; a level's sections are in it or in its `config`; machine over group \
      over cluster, section by section; strict reading refuses them unless a machine is named; \
      of two levels of one name the first holds, and a difference compares both; a second \
      cluster, a group that is not there, text, and names near to these are warnings; a \
      machine that is not there is the one finding, one that is named of a file without a \
      cluster a warning
      """,
      [
        .observed(
          "root `cluster_config` and `cluster/config`, in a public tool"),
        .ours(
          "the rest"),
      ],
      "one table, `ClusterNames`"),
    FidelityRow(
      "Version of a file",
      """
      another version than the appliance's is refused; another model is a warning
      """,
      [
        .documented(),
        .ours(
          "the model"),
      ],
      "`ConfigurationReader.targetVersion`, `targetModel`"),
  ]
}
