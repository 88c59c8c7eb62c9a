import LogFormats
import LogModel
import Simulation
import Testing

private let johannesburg = ZoneTransitions(name: "Africa/Johannesburg", initialOffsetSeconds: 7200)
/// 2015-06-25T06:50:03Z.
private let documentedSecond: Int64 = 1_435_215_003

@Suite struct LinePrefixTests {
  @Test func diskPrefixIsTheDocumentedStamp() {
    var prefix = DiskLinePrefix()
    var buffer = LineBuffer()
    prefix.append(to: &buffer, second: documentedSecond, zone: johannesburg)
    let bytes = buffer.array
    #expect(String(decoding: bytes, as: UTF8.self) == "Thu Jun 25 08:50:03 2015 ")
  }

  @Test func syslogPrefixFollowsSecondAndLevel() {
    var prefix = SyslogLinePrefix(facility: .mail, tag: "Mail_Log")
    var buffer = LineBuffer()
    for (second, level) in [(0, LogLevel.information), (0, .critical), (1, .critical)] {
      prefix.append(
        to: &buffer, second: documentedSecond + Int64(second), level: level, zone: johannesburg)
    }
    let bytes = buffer.array
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "<22>Jun 25 08:50:03 Mail_Log: <17>Jun 25 08:50:03 Mail_Log: "
        + "<17>Jun 25 08:50:04 Mail_Log: ")
  }
}
