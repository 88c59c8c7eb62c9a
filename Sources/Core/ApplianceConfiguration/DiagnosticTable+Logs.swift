/// Codes about logs and alerts.
extension DiagnosticTable {
  static let logs = [
    Row(
      .logElementUnknown, .warning,
      "not understood among the log settings, left out",
      .ours("names beyond public exports are not known here"), isDoubt: true),
    Row(
      .logModuleUnknown, .warning,
      "not a log module that is known here, nothing is logged",
      .ours("values of module are not public"), isDoubt: true),
    Row(
      .logNameInvalid, .error,
      "not usable as the name of a log subscription",
      .bound("the log's folder is named by it")),
    Row(
      .logNameDuplicate, .error,
      "another log subscription has this name",
      .observed("name is the key of a subscription")),
    Row(
      .logLevelInvalid, .warning,
      "not a log level that is known here",
      .ours("spellings of levels are not public"), isDoubt: true),
    Row(
      .retrievalInvalid, .warning,
      "not one retrieval method that is known here, nothing is logged",
      .inferred("the console's menus"), isDoubt: true),
    Row(
      .fileNameInvalid, .error,
      "not usable as the file name of a log",
      .bound("the log's files are named by it")),
    Row(
      .rolloverSizeInvalid, .warning,
      "not a rollover size",
      .ours("spellings of sizes are not public"), isDoubt: true),
    Row(
      .rolloverFilesInvalid, .warning,
      "not a number of log files",
      .ours("spellings of numbers are not public"), isDoubt: true),
    Row(
      .pushHostInvalid, .error,
      "not a syslog server",
      .documented("RFC 1123, section 2.1; RFC 4291, section 2.2")),
    Row(
      .pushPortInvalid, .warning,
      "not a port",
      .ours("the setting's name is not public"), isDoubt: true),
    Row(
      .pushProtocolInvalid, .warning,
      "not a protocol for syslog that is known here, nothing is pushed",
      .ours("the setting's name is not public"), isDoubt: true),
    Row(
      .pushFacilityInvalid, .warning,
      "not a syslog facility that is known here",
      .ours("the setting's name is not public"), isDoubt: true),
    Row(
      .pushTypeNotText, .warning,
      "this type of log is no text and is not pushed to a syslog server",
      .inferred("binary logs are no lines")),
    Row(
      .logSettingUnsupported, .warning,
      "this setting has no effect in this version of appliance-sim",
      .ours("not simulated")),
    Row(
      .measurementsFrequencyInvalid, .warning,
      "not a frequency of system measurements",
      .ours("spellings of numbers are not public"), isDoubt: true),
    Row(
      .subscriptionsAbsent, .warning,
      "no log subscriptions are given, nothing is logged",
      .ours("what holds without the section")),
    Row(
      .rolloverIntervalInvalid, .warning,
      "not an interval of rollover",
      .ours("the setting's name is not public"), isDoubt: true),
    Row(
      .messageSizeInvalid, .warning,
      "not a size of syslog messages",
      .ours("the setting's name is not public"), isDoubt: true),
    Row(
      .transferHostInvalid, .warning,
      "not a server that files can be sent to, nothing is sent",
      .ours("the setting's name is not public"), isDoubt: true),
    Row(
      .encryptionByDatagram, .warning,
      "encrypted syslog by UDP is not simulated, nothing is pushed",
      .ours("not simulated")),
    Row(
      .bytesToRecordInvalid, .warning,
      "not a number of bytes to record",
      .ours("spellings of numbers are not public"), isDoubt: true),
    Row(
      .logElementMisspelt, .error,
      "not understood among the log settings, and near to a name that is",
      .observed("near a name of public exports or the vendor's viewer")),
    Row(
      .pushToItself, .warning,
      "a log that is pushed to the appliance itself",
      .ours("a log that feeds on itself")),
    Row(
      .pushFailureUnseen, .warning,
      "every mail log is pushed to one server, so that the error of a failed push is lost with it",
      .inferred("the documented case")),
    Row(
      .pushSharesRelay, .warning,
      "the syslog server is the relay of alerts too, so that the alert about it fails with it",
      .inferred("the documented case")),
    Row(
      .logTypeRepeated, .warning,
      "only one subscription may have this type",
      .ours("one history is simulated")),
    Row(
      .deliveryElementUnknown, .error,
      "not a delivery setting",
      .house("delivery settings are ours")),
    Row(
      .deliveryValueInvalid, .error,
      "not a value of this delivery setting",
      .house("delivery settings are ours")),
    Row(
      .deliveryContradiction, .error,
      "a delivery setting that contradicts another setting",
      .house("delivery settings are ours")),
    Row(
      .deliverySettingIdle, .warning,
      "a delivery setting without effect",
      .ours("delivery settings are ours")),
    Row(
      .transferLoginInvalid, .error,
      "not usable as a folder or a user of a server that files are sent to",
      .bound("what clients of FTP and SCP take")),
    Row(
      .logNameDoubtful, .warning,
      "an unusual name of a log subscription",
      .ours("which characters it may have is not public")),
    Row(
      .fileNameDoubtful, .warning,
      "an unusual name of a log file",
      .ours("which characters it may have is not public")),
    Row(
      .logNameAlike, .warning,
      "the name of another log subscription differs from this one in case only",
      .ours("that names of subscriptions may differ in case only is not public")),
    Row(
      .logTypeWithoutContent, .note,
      "nothing to send: the simulation writes no lines of this type",
      .ours("which log types are simulated")),
  ]

  static let alerts = [
    Row(
      .alertElementUnknown, .warning,
      "not understood among the alert settings, left out",
      .ours("names beyond public exports are not known here"), isDoubt: true),
    Row(
      .alertClassUnknown, .warning,
      "not an alert class that is known here",
      .inferred("the console's menus"), isDoubt: true),
    Row(
      .alertSeverityUnknown, .warning,
      "not an alert severity that is known here",
      .inferred("the console's menus"), isDoubt: true),
    Row(
      .alertAddressInvalid, .error,
      "not an email address",
      .documented("RFC 5321, section 4.1.2")),
    Row(
      .alertIntervalInvalid, .warning,
      "not a number of seconds between alerts",
      .ours("the setting's name is not public"), isDoubt: true),
    Row(
      .alertIntervalsReversed, .warning,
      "the first interval is longer than the longest",
      .inferred("the first wait grows to the longest")),
    Row(
      .criticalAlertsUnheard, .warning,
      "no recipient for System/Critical alerts",
      .ours("an alert that nobody gets")),
    Row(
      .alertRecipientRepeated, .warning,
      "this address already receives this class and severity; counted once",
      .ours("one mail to an address")),
    Row(
      .alertElementMisspelt, .error,
      "not understood among the alert settings, and near to a name that is",
      .observed("near a name of public exports or the vendor's viewer")),
  ]
}
