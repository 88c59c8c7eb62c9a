import Glibc
import Testing

@testable import LiveNetwork

/// Programs that run beside us.
@Suite struct ChildProcessTests {
  /// A socket that a client of FTP or SSH holds too sends neither FIN nor RST when we close it.
  @Test func childHasItsOwnDescriptorsOnly() throws {
    let open = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    try #require(open > 2)
    defer { close(open) }
    let end = ChildProcess().runToEnd("/bin/sh", ["-c", "ls /proc/$$/fd; :"], input: "")
    #expect(end.status == 0)
    #expect(Set(end.text.split(separator: "\n")).isSubset(of: ["0", "1", "2"]), "\(end.text)")
  }
}
