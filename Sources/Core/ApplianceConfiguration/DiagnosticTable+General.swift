/// Codes about general settings, and about access tables.
extension DiagnosticTable {
  static let general = [
    Row(
      .elementUnknown, .note,
      "element not known, left as it is",
      .ours("names beyond public exports are not known here")),
    Row(
      .elementRepeated, .error,
      "an element that may occur once is repeated",
      .observed("one of each in public exports and the vendor's viewer")),
    Row(
      .elementMissing, .error,
      "an element is missing",
      .observed("in every public export and the vendor's viewer")),
    Row(
      .contentUnexpected, .error,
      "content that has no meaning here",
      .documented("loading: the file is validated against its document type")),
    Row(
      .booleanInvalid, .error,
      "not a yes or no",
      .observed("0 and 1 in public exports")),
    Row(
      .nameDuplicate, .warning,
      "this name is taken",
      .inferred("other settings refer to it by name")),
    Row(
      .hostnameInvalid, .error,
      "not a host name",
      .documented("RFC 1123, section 2.1; RFC 1035, section 2.3.4")),
    Row(
      .timeZoneInvalid, .warning,
      "not the name of a time zone that is known here",
      .ours("the time zone database of this system"), isDoubt: true),
    Row(
      .timeZoneAssumed, .note,
      "no time zone is given",
      .ours("what holds without the setting")),
    Row(
      .addressInvalid, .error,
      "not an IPv4 address",
      .documented("RFC 791: four numbers up to 255")),
    Row(
      .netmaskInvalid, .error,
      "not a network mask",
      .observed("three spellings in public exports")),
    Row(
      .routeSourceInvalid, .warning,
      "not a domain that an SMTP route can be for",
      .inferred("the console's menus"), isDoubt: true),
    Row(
      .routeDestinationInvalid, .warning,
      "not a destination of an SMTP route",
      .inferred("the console's menus"), isDoubt: true),
    Row(
      .listenerKindInvalid, .warning,
      "not a kind of listener",
      .inferred("the console's menus"), isDoubt: true),
    Row(
      .interfaceUnknown, .warning,
      "no interface has this name",
      .inferred("other settings refer to it by name")),
    Row(
      .nameEmpty, .warning,
      "a name is missing",
      .inferred("other settings refer to it by name")),
    Row(
      .passphrasesMasked, .error,
      "passphrases are masked, an appliance cannot load the file",
      .documented("loading: masked passphrases cannot be loaded")),
    Row(
      .servicePortInvalid, .error,
      "not a port of a service",
      .documented("RFC 6335, section 6: ports 1 to 65535")),
    Row(
      .servicePortTaken, .warning,
      "another service of this interface has this port",
      .inferred("one port of an address serves one service")),
    Row(
      .addressTaken, .warning,
      "another interface has this address",
      .inferred("one address belongs to one interface")),
    Row(
      .certificateUnknown, .warning,
      "no certificate has this name",
      .ours("names of certificates are not public")),
    Row(
      .bounceProfileUnknown, .warning,
      "no bounce profile has this name",
      .inferred("other settings refer to it by name")),
    Row(
      .hostAddressInvalid, .warning,
      "not an IP address",
      .inferred("what the setting is for")),
    Row(
      .clusterExport, .error,
      "this is a cluster export",
      .house("one appliance is simulated: name a machine")),
    Row(
      .clusterMachineUnknown, .error,
      "the cluster has no machine of this name",
      .house("the machine that was asked for")),
    Row(
      .clusterLevelsLeftOut, .note,
      "settings outside this machine are ignored",
      .ours("levels of a cluster")),
    Row(
      .versionMismatch, .error,
      "the file is of another version than the appliance",
      .documented("loading: the same version only")),
    Row(
      .modelMismatch, .warning,
      "the file is of another model than the appliance",
      .inferred("settings differ between models")),
    Row(
      .certificateInvalid, .warning,
      "not a certificate in PEM",
      .ours("RFC 7468 as the form of a certificate")),
    Row(
      .elementMisspelt, .error,
      "not known, and near to a name that is",
      .observed("near a name of public exports or the vendor's viewer")),
    Row(
      .clusterGroupUnknown, .warning,
      "the cluster has no group of this name",
      .ours("levels of a cluster")),
    Row(
      .repetitionDoubtful, .warning,
      "an element is repeated that is known once only",
      .ours("how often it may occur is not public"), isDoubt: true),
    Row(
      .absenceDoubtful, .warning,
      "an element is missing, and nothing is done without it",
      .ours("whether it is required is not public"), isDoubt: true),
    Row(
      .contentDoubtful, .warning,
      "content that has no meaning here as far as is known",
      .ours("what it may hold is not public"), isDoubt: true),
    Row(
      .valueDoubtful, .warning,
      "not a spelling of this value as far as is known",
      .ours("how it is spelt, or that white space around it counts, is not public"), isDoubt: true),
    Row(
      .hostnameDoubtful, .warning,
      "an unusual spelling of a host",
      .inferred("resolvers take underscores, a final dot and the zone of an address (RFC 4007)")),
    Row(
      .elementDoubtful, .warning,
      "not known, and it may be a misspelling",
      .ours("names beyond public exports are not known here"), isDoubt: true),
    Row(
      .valueBeyondBound, .error,
      "a value beyond a bound of the simulation",
      .bound("what the simulation takes")),
    Row(
      .machineIdle, .warning,
      "a machine is named, and this is not the export of a cluster",
      .ours("a file of one appliance has no machines")),
    Row(
      .elementUndeclared, .error,
      "an element that the document type does not declare",
      .documented("loading: the file is validated against its document type, given by --dtd")),
    Row(
      .elementMisplaced, .error,
      "not what the document type allows here",
      .documented("loading: the file is validated against its document type, given by --dtd")),
    Row(
      .attributeUndeclared, .error,
      "not the attributes that the document type declares",
      .documented("loading: the file is validated against its document type, given by --dtd")),
    Row(
      .certificateOutdated, .warning,
      "a certificate outside of its validity",
      .inferred("RFC 5280 section 4.1.2.5: whoever checks it refuses it then")),
    Row(
      .certificateKeyShort, .note,
      "a certificate with a short key",
      .inferred("NIST SP 800-131A: RSA of less than 2048 bits is not to be used")),
    Row(
      .certificateNotUnderstood, .note,
      "a certificate that is not understood",
      .ours("RFC 5280 section 4.1 as its form")),
  ]

  static let access = [
    Row(
      .accessUnclear, .note,
      "not understood in an access table, left as it is",
      .ours("the form of access tables")),
    Row(
      .accessBehaviourUnknown, .warning,
      "not a behaviour of an access table",
      .ours("the form of access tables"), isDoubt: true),
    Row(
      .accessNameDuplicate, .warning,
      "this name is taken in this access table",
      .inferred("other settings refer to it by name")),
    Row(
      .mailFlowPolicyUnknown, .warning,
      "no mail flow policy has this name",
      .inferred("other settings refer to it by name")),
    Row(
      .accessTableOpen, .note,
      "an access table that does not say what becomes of all others",
      .ours("the form of access tables")),
    Row(
      .accessBehaviourAssumed, .note,
      "an access table that does not say what becomes of a recipient",
      .ours("the form of access tables")),
  ]
}
