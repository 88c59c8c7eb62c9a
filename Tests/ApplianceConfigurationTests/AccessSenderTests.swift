import Testing

@testable import ApplianceConfiguration

@Suite struct AccessSenderTests {
  @Test(arguments: [
    "ALL", "10.0.0.1", "10.0.0.0/8", "10.", "10.1.2.", "10.1.2", "10.0.0.1-20",
    "10.0.0.1-10.0.0.20", "2001:db8::", "2001:db8:", "2001:db8::1/64", "::1-::9", "example.com",
    ".example.com", "host_1.example.com", "sbrs[-10.0:-3.0]", "sbrs[none]", "SBRS[1:2.5]",
    "dnslist[query.example.com]", "SBO:1234", "a..b", "2001:db8::g",
    "relay.example.com (the file server)",
  ])
  func isUnderstood(_ text: String) {
    #expect(AccessSender.isUnderstood(text))
  }

  @Test(arguments: [
    "", "10.0.0.1/99", "300.1.1.1", "sbrs[abc]", "sbrs[]", "sbrs[3:1]", "sbrs[-11:1]", "sbrs[1",
    "1.2.3.4.5", "10..1", "10", "-", "10.0.0.1-999", "sbrs[--1:2]", "10.0.0.1-10.0.0.300",
  ])
  func isNotUnderstood(_ text: String) {
    #expect(!AccessSender.isUnderstood(text))
  }
}
