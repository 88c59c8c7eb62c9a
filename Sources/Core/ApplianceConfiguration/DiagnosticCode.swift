/// What a finding is about: stable, so that baselines and scripts can rely on it.
///
/// `XML` codes are about reading the file, `CFG` about general settings, `LOG` about logs, `ALR`
/// about alerts, `CHK` about what a check was asked for. A code is never given another meaning;
/// docs/DIAGNOSTICS.md lists each.
public enum DiagnosticCode: String, Hashable, Sendable, CaseIterable, Codable {
  case fileUnreadable = "XML001"
  case fileTooLarge = "XML002"
  case fileEmpty = "XML003"
  case notWellFormed = "XML004"
  case declarationMissing = "XML005"
  case encodingUnsupported = "XML006"
  case encodingViolated = "XML007"
  case nulByte = "XML008"
  case documentTypeMissing = "XML009"
  case documentTypeUnexpected = "XML010"
  case internalSubset = "XML011"
  case entityUnknown = "XML012"
  case limitExceeded = "XML013"
  case rootUnexpected = "XML014"
  case headerMissing = "XML015"
  case headerValueInvalid = "XML016"
  case findingsNotListed = "XML017"
  case prefixTaken = "XML018"
  case headerTimeInvalid = "XML019"

  case elementUnknown = "CFG001"
  case elementRepeated = "CFG002"
  case elementMissing = "CFG003"
  case contentUnexpected = "CFG004"
  case booleanInvalid = "CFG005"
  case nameDuplicate = "CFG006"
  case hostnameInvalid = "CFG007"
  case timeZoneInvalid = "CFG008"
  case timeZoneAssumed = "CFG009"
  case addressInvalid = "CFG010"
  case netmaskInvalid = "CFG011"
  case routeSourceInvalid = "CFG012"
  case routeDestinationInvalid = "CFG013"
  case listenerKindInvalid = "CFG014"
  case interfaceUnknown = "CFG015"
  case nameEmpty = "CFG016"
  case passphrasesMasked = "CFG017"
  case servicePortInvalid = "CFG018"
  case servicePortTaken = "CFG019"
  case addressTaken = "CFG020"
  case certificateUnknown = "CFG021"
  case bounceProfileUnknown = "CFG022"
  case hostAddressInvalid = "CFG023"
  case clusterExport = "CFG024"
  case clusterMachineUnknown = "CFG025"
  case clusterLevelsLeftOut = "CFG026"
  case versionMismatch = "CFG027"
  case modelMismatch = "CFG028"
  case accessUnclear = "CFG029"
  case accessBehaviourUnknown = "CFG030"
  case accessNameDuplicate = "CFG031"
  case mailFlowPolicyUnknown = "CFG032"
  case accessTableOpen = "CFG033"
  case certificateInvalid = "CFG034"
  case elementMisspelt = "CFG035"
  case accessBehaviourAssumed = "CFG036"
  case clusterGroupUnknown = "CFG037"

  case logElementUnknown = "LOG001"
  case logModuleUnknown = "LOG002"
  case logNameInvalid = "LOG003"
  case logNameDuplicate = "LOG004"
  case logLevelInvalid = "LOG005"
  case retrievalInvalid = "LOG006"
  // LOG007 said of FTP and SCP pushes that files stay; they do not any more.
  case fileNameInvalid = "LOG008"
  case rolloverSizeInvalid = "LOG009"
  case rolloverFilesInvalid = "LOG010"
  case pushHostInvalid = "LOG011"
  case pushPortInvalid = "LOG012"
  case pushProtocolInvalid = "LOG013"
  case pushFacilityInvalid = "LOG014"
  case pushTypeNotText = "LOG015"
  case logSettingUnsupported = "LOG016"
  case measurementsFrequencyInvalid = "LOG017"
  case subscriptionsAbsent = "LOG018"
  case rolloverIntervalInvalid = "LOG019"
  case messageSizeInvalid = "LOG020"
  case transferHostInvalid = "LOG021"
  case encryptionByDatagram = "LOG022"
  case bytesToRecordInvalid = "LOG023"
  case logElementMisspelt = "LOG024"
  case pushToItself = "LOG025"
  case pushFailureUnseen = "LOG026"
  case pushSharesRelay = "LOG027"
  case logTypeRepeated = "LOG028"
  case deliveryElementUnknown = "LOG029"
  case deliveryValueInvalid = "LOG030"
  case deliveryContradiction = "LOG031"
  case deliverySettingIdle = "LOG032"
  case transferLoginInvalid = "LOG033"

  case alertElementUnknown = "ALR001"
  case alertClassUnknown = "ALR002"
  case alertSeverityUnknown = "ALR003"
  case alertAddressInvalid = "ALR004"
  case alertIntervalInvalid = "ALR005"
  case alertIntervalsReversed = "ALR006"
  case criticalAlertsUnheard = "ALR007"
  case alertRecipientRepeated = "ALR008"
  case alertElementMisspelt = "ALR009"

  case expectationUnmet = "CHK001"

  /// How grave a finding of this code is, unless a reader says otherwise.
  public var severity: Diagnostic.Severity {
    switch self {
    case .elementUnknown, .timeZoneAssumed, .clusterLevelsLeftOut, .accessUnclear,
      .accessTableOpen, .accessBehaviourAssumed:
      .note
    case .interfaceUnknown, .logElementUnknown, .logSettingUnsupported, .subscriptionsAbsent,
      .alertElementUnknown, .criticalAlertsUnheard, .alertRecipientRepeated,
      .certificateUnknown, .bounceProfileUnknown, .hostAddressInvalid,
      .pushToItself, .pushFailureUnseen, .pushSharesRelay, .deliverySettingIdle,
      .modelMismatch, .mailFlowPolicyUnknown, .certificateInvalid, .headerTimeInvalid:
      .warning
    default: .error
    }
  }

  /// How grave an error of this code is when a reader imports what it understands.
  public var severityWhenLenient: Diagnostic.Severity {
    switch self {
    case .rootUnexpected, .clusterMachineUnknown: .error
    case .passphrasesMasked: .note
    default: self.severity == .error ? .warning : self.severity
    }
  }

  /// What is the matter, in a few words and without a full stop.
  public var title: String {
    switch self {
    case .fileUnreadable: "the file cannot be read"
    case .fileTooLarge: "the file is too large"
    case .fileEmpty: "the file is empty"
    case .notWellFormed: "not well-formed XML"
    case .declarationMissing: "the XML declaration is missing"
    case .encodingUnsupported: "this encoding is not supported"
    case .encodingViolated: "the bytes do not fit the encoding"
    case .nulByte: "a NUL byte"
    case .documentTypeMissing: "the document type is missing"
    case .documentTypeUnexpected: "not the document type of an appliance"
    case .internalSubset: "declarations inside the document type are refused"
    case .entityUnknown: "this entity is not known"
    case .limitExceeded: "a limit of the reader is exceeded"
    case .rootUnexpected: "not the root element of an appliance's configuration"
    case .headerMissing: "the header comment lacks a line"
    case .headerValueInvalid: "a value of the header comment is not usable"
    case .findingsNotListed: "further findings are not listed"
    case .headerTimeInvalid: "the time of saving in the header comment is not understood"
    case .prefixTaken: "the prefix of delivery settings stands for something else"
    default: self.settingTitle
    }
  }

  private var settingTitle: String {
    switch self {
    case .elementUnknown: "element not known, left as it is"
    case .elementRepeated: "an element that may stand once only is repeated"
    case .elementMissing: "an element is missing"
    case .contentUnexpected: "content that has no meaning here"
    case .booleanInvalid: "not a yes or no"
    case .nameDuplicate: "this name is taken"
    case .hostnameInvalid: "not a host name"
    case .timeZoneInvalid: "not the name of a time zone"
    case .timeZoneAssumed: "no time zone is given"
    case .addressInvalid: "not an IPv4 address"
    case .netmaskInvalid: "not a network mask"
    case .routeSourceInvalid: "not a domain that an SMTP route can be for"
    case .routeDestinationInvalid: "not a destination of an SMTP route"
    case .listenerKindInvalid: "not a kind of listener"
    case .interfaceUnknown: "no interface has this name"
    case .nameEmpty: "a name is missing"
    case .servicePortInvalid: "not a port of a service"
    case .servicePortTaken: "another service of this interface has this port"
    case .addressTaken: "another interface has this address"
    case .certificateUnknown: "no certificate has this name"
    case .bounceProfileUnknown: "no bounce profile has this name"
    case .clusterExport: "the settings of a cluster, not of one appliance"
    case .clusterMachineUnknown: "the cluster has no machine of this name"
    case .clusterLevelsLeftOut: "not all levels of the cluster hold for this machine"
    case .versionMismatch: "the file is of another version than the appliance"
    case .hostAddressInvalid: "not an IP address"
    case .passphrasesMasked: "passphrases are masked, an appliance cannot load the file"
    default: self.furtherSettingTitle
    }
  }

  private var furtherSettingTitle: String {
    switch self {
    case .modelMismatch: "the file is of another model than the appliance"
    case .accessUnclear: "not understood in an access table, left as it is"
    case .accessBehaviourUnknown: "not a behaviour of an access table"
    case .accessNameDuplicate: "this name is taken in this access table"
    case .mailFlowPolicyUnknown: "no mail flow policy has this name"
    case .accessTableOpen: "an access table that does not say what becomes of all others"
    case .certificateInvalid: "not a certificate in PEM"
    case .elementMisspelt: "not known, and near to a name that is"
    case .accessBehaviourAssumed: "an access table that does not say what becomes of a recipient"
    case .clusterGroupUnknown: "the cluster has no group of this name"
    default: self.logOrAlertTitle
    }
  }

  private var logOrAlertTitle: String {
    switch self {
    case .logElementUnknown: "not understood among the log settings, left out"
    case .logModuleUnknown: "not a log module"
    case .logNameInvalid: "not usable as the name of a log subscription"
    case .logNameDuplicate: "another log subscription has this name"
    case .logLevelInvalid: "not a log level"
    case .retrievalInvalid: "not one retrieval method"
    case .fileNameInvalid: "not usable as the file name of a log"
    case .rolloverSizeInvalid: "not a rollover size"
    case .rolloverFilesInvalid: "not a number of log files"
    case .pushHostInvalid: "not a syslog server"
    case .pushPortInvalid: "not a port"
    case .pushProtocolInvalid: "not a protocol for syslog"
    case .pushFacilityInvalid: "not a syslog facility"
    case .pushTypeNotText: "this type of log is no text and cannot be pushed to a syslog server"
    case .logSettingUnsupported: "this setting has no effect in this version of appliance-sim"
    case .measurementsFrequencyInvalid: "not a frequency of system measurements"
    case .subscriptionsAbsent: "no log subscriptions are given, nothing is logged"
    default: self.furtherLogOrAlertTitle
    }
  }

  private var furtherLogOrAlertTitle: String {
    switch self {
    case .rolloverIntervalInvalid: "not an interval of rollover"
    case .messageSizeInvalid: "not a size of syslog messages"
    case .transferHostInvalid: "not a server that files can be sent to"
    case .encryptionByDatagram:
      "encrypted syslog by UDP is not supported"
    case .pushToItself: "a log that is pushed to the appliance itself"
    case .pushFailureUnseen:
      "every mail log is pushed to one server, so that the error of a failed push is lost with it"
    case .pushSharesRelay:
      "the syslog server is the relay of alerts too, so that the alert about it fails with it"
    case .deliveryElementUnknown: "not a delivery setting"
    case .deliveryValueInvalid: "not a value of this delivery setting"
    case .deliveryContradiction: "a delivery setting that contradicts another setting"
    case .deliverySettingIdle: "a delivery setting without effect"
    case .transferLoginInvalid:
      "not usable as a folder or a user of a server that files are sent to"
    case .logTypeRepeated: "only one subscription may have this type"
    case .bytesToRecordInvalid: "not a number of bytes to record"
    case .logElementMisspelt: "not understood among the log settings, and near to a name that is"
    case .alertElementMisspelt:
      "not understood among the alert settings, and near to a name that is"
    case .alertElementUnknown: "not understood among the alert settings, left out"
    case .alertClassUnknown: "not an alert class"
    case .alertSeverityUnknown: "not an alert severity"
    case .alertAddressInvalid: "not an email address"
    case .alertIntervalInvalid: "not a number of seconds between alerts"
    case .alertIntervalsReversed: "the first interval is longer than the longest"
    case .criticalAlertsUnheard: "nobody hears alerts of class System and severity Critical"
    case .alertRecipientRepeated: "this address hears this class and severity already, told once"
    case .expectationUnmet: "differs from what the corpus expects"
    default: self.rawValue
    }
  }
}
