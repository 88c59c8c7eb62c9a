import ApplianceConfiguration
import LogModel
import Testing

@testable import ConfigurationXML

/// Texts of elements to values, by table.
@Suite struct ConversionTests {
  @Test(arguments: [
    ("255.255.255.255", 32), ("255.255.255.224", 27), ("0xffffffe0", 27), ("0XFFFF0000", 16),
    ("24", 24), ("0", 0), ("0.0.0.0", 0), ("0x00000000", 0), ("128.0.0.0", 1),
  ])
  func netmasks(_ text: String, _ length: Int) {
    #expect(netmaskPrefixLength(text) == length)
  }

  @Test(arguments: [
    "", "33", "-1", "+24", "255.0.255.0", "0.0.0.255", "0xff", "0xfffffff1", "0x+fffffff", "24 ",
    "255.255.255", "/24",
  ])
  func notNetmasks(_ text: String) {
    #expect(netmaskPrefixLength(text) == nil)
  }

  @Test(arguments: [
    ("1", 1), ("10485760", 10_485_760), ("10m", 10_485_760), ("10M", 10_485_760), ("100k", 102_400),
    ("0K", 0),
  ])
  func byteCounts(_ text: String, _ count: Int) {
    #expect(byteCount(text) == count)
  }

  @Test(arguments: [" daily 01:30", "daily 01:30 ", "daily  01:30", " ", "\n", "daily\t01:30"])
  func notSchedules(_ text: String) {
    #expect(rolloverSchedule(text) == nil)
  }

  @Test(arguments: [
    "", "k", "10g", "1.5m", "-1k", "10 m", "9223372036854775807k", "99999999999999999999", "１０",
  ])
  func notByteCounts(_ text: String) {
    #expect(byteCount(text) == nil)
  }

  @Test func routeDestinations() {
    #expect(routeDestination("relay.example.com") == .host("relay.example.com", port: 25))
    #expect(routeDestination("relay.example.com:2525") == .host("relay.example.com", port: 2525))
    #expect(routeDestination("10.0.0.1") == .host("10.0.0.1", port: 25))
    #expect(routeDestination("[10.0.0.1]") == .host("10.0.0.1", port: 25))
    #expect(routeDestination("[2001:db8::1]:26") == .host("2001:db8::1", port: 26))
    #expect(routeDestination("2001:db8::1") == .host("2001:db8::1", port: 25))
    #expect(routeDestination("[a]") == .hostByAddress("a", port: 25))
    #expect(routeDestination("/dev/null") == .discard)
    #expect(routeDestination("usedns") == .useDNS)
  }

  @Test(arguments: [
    "", ":", ":25", "a:", "a:0", "a:65536", "a:+1", "[", "[]", "[a b]", "[10.0.0.1", "[10.0.0.1]x",
    "2001:db8::1x", "a b", "/dev/zero", "a:25:26",
  ])
  func notRouteDestinations(_ text: String) {
    #expect(routeDestination(text) == nil)
  }

  @Test func everySpellingIsUnique() {
    let spellings = LogSpellings.rows.map(\.spelling)
    #expect(Set(spellings).count == spellings.count)
  }

  @Test(arguments: LogType.allCases)
  func everyTypeCanBeSpelt(_ type: LogType) throws {
    let row = try #require(LogSpellings.rows.first { $0.type == type })
    #expect(LogSpellings.type(ofElement: "log_" + row.spelling) == type)
    #expect(LogSpellings.type(ofModule: row.spelling) == (type.isText ? type : nil))
  }
}
