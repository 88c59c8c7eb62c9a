/// What a reader does with a file that an appliance would refuse.
public enum ReadingMode: Hashable, Sendable, CaseIterable {
  /// As an appliance: one error, and there is no configuration.
  case strict
  /// What is understood is imported, the rest is reported with what is assumed in its place.
  ///
  /// The result is for looking at and comparing, not for an appliance to run.
  case lenient
}
