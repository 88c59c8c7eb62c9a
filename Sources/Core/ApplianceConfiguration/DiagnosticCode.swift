/// What a finding is about: stable, so that baselines and scripts can rely on it.
///
/// `XML` codes are about reading the file, `CFG` about general settings, `LOG` about logs, `ALR`
/// about alerts, `CHK` about what a check was asked for. A code is never given another meaning.
/// `DiagnosticTable` has a row of each, of which docs/DIAGNOSTICS.md is made.
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
  case headerLineUnknown = "XML020"
  case sectionsTaken = "XML021"
  case prologueMissing = "XML022"

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
  case repetitionDoubtful = "CFG038"
  case absenceDoubtful = "CFG039"
  case contentDoubtful = "CFG040"
  case valueDoubtful = "CFG041"
  case hostnameDoubtful = "CFG042"
  case elementDoubtful = "CFG043"
  case valueBeyondBound = "CFG044"
  case machineIdle = "CFG045"
  case elementUndeclared = "CFG046"
  case elementMisplaced = "CFG047"
  case attributeUndeclared = "CFG048"
  case certificateOutdated = "CFG049"
  case certificateKeyShort = "CFG050"
  case certificateNotUnderstood = "CFG051"

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
  case logNameDoubtful = "LOG034"
  case fileNameDoubtful = "LOG035"
  case logTypeWithoutContent = "LOG036"
  case logNameAlike = "LOG037"

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
  case documentTypeUnusable = "CHK002"
  case houseRuleBroken = "CHK003"
  case suppressionInvalid = "CHK004"
  case suppressionIdle = "CHK005"
  case houseRuleIdle = "CHK006"

  /// The severity of a finding of this code, unless a reader says otherwise.
  public var severity: Diagnostic.Severity { DiagnosticTable.row(self).severity }

  /// The severity of an error of this code when a reader imports what it understands.
  public var severityWhenLenient: Diagnostic.Severity {
    switch self {
    case .rootUnexpected, .clusterMachineUnknown, .houseRuleBroken: .error
    case .passphrasesMasked: .note
    default: self.severity == .error ? .warning : self.severity
    }
  }

  /// What the severity rests on.
  public var fact: DiagnosticFact { DiagnosticTable.row(self).fact }

  /// Whether a finding of this code is about what is not understood and stays as it is in the file,
  /// since an appliance may know more than this reader.
  public var isDoubt: Bool { DiagnosticTable.row(self).isDoubt }

  /// Whether a finding's message is a sentence of its own, and not its title with a value.
  public var isSentence: Bool { self == .clusterExport || self == .clusterLevelsLeftOut }

  /// What is the matter, in a few words and without a full stop.
  public var title: String { DiagnosticTable.row(self).title }
}
