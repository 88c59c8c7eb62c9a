/// From what a local clock shows to when it shows it. Local seconds count like those since the
/// epoch, by the local clock.
extension ZoneTransitions {
  /// The first second at which the local clock shows `local` or has jumped over it.
  public func firstSecond(showing local: Int64) -> Int64 {
    var start = Int64.min
    var offset = Int64(self.initialOffsetSeconds)
    for transition in self.transitions {
      // Until the next offset holds, the clock shows less than this.
      if local < transition.start.wholeSeconds + offset { break }
      start = transition.start.wholeSeconds
      offset = Int64(transition.offsetSeconds)
    }
    return max(local - offset, start)
  }

  /// The day of a local second, from 1970-01-01.
  public static func day(ofLocal second: Int64) -> Int64 {
    second >= 0 ? second / 86_400 : -((86_399 - second) / 86_400)
  }

  /// 0 for Sunday to 6 for Saturday.
  public static func weekday(ofDay day: Int64) -> Int {
    Int(((day + 4) % 7 + 7) % 7)
  }
}
