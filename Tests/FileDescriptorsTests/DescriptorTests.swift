import Foundation
import Testing

@testable import FileDescriptors

/// Whole reads and writes, on pipes and files.
@Suite struct DescriptorTests {
  /// A pipe of which neither end waits.
  private struct Pipe: ~Copyable {
    let reading: CInt
    let writing: CInt

    init() throws {
      var ends: [CInt] = [-1, -1]
      let isMade = pipe(&ends) == 0
      try #require(isMade)
      (self.reading, self.writing) = (ends[0], ends[1])
      for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    deinit {
      close(self.reading)
      close(self.writing)
    }
  }

  /// A file of those bytes that has no name any more.
  private struct Unnamed: ~Copyable {
    let descriptor: CInt

    init(_ bytes: [UInt8]) throws {
      var path = Array("/tmp/appliance-descriptor-XXXXXX".utf8CString)
      self.descriptor = mkstemp(&path)
      try #require(self.descriptor >= 0)
      unlink(path)
      try #require(write(self.descriptor, bytes, bytes.count) == bytes.count)
      try #require(lseek(self.descriptor, 0, SEEK_SET) == 0)
    }

    deinit { close(self.descriptor) }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: CInt) -> Descriptor.Progress {
    bytes.withUnsafeBytes { Descriptor.writeAll($0, to: descriptor) }
  }

  @Test func whatASignalInterruptsIsDoneAgain() {
    var calls = 0
    let result = Descriptor.retrying { () -> Int in
      calls += 1
      errno = EINTR
      return calls < 4 ? -1 : 7
    }
    #expect(result == 7)
    #expect(calls == 4)
  }

  @Test(arguments: [EAGAIN, EBADF, ENOSPC, EPIPE])
  func anyOtherFailureIsLeftToTheCaller(_ number: CInt) {
    var calls = 0
    let result = Descriptor.retrying { () -> CInt in
      calls += 1
      errno = number
      return -1
    }
    #expect(errno == number)
    #expect(result == -1)
    #expect(calls == 1)
  }

  @Test func nothingIsWrittenAtOnce() {
    // Not even tried: the descriptor is none.
    #expect(Self.writeAll([], to: -1) == Descriptor.Progress(count: 0, errorNumber: nil))
  }

  @Test func aFailedWriteSaysWhyAndHowMuchWent() throws {
    #expect(Self.writeAll([1], to: -1) == Descriptor.Progress(count: 0, errorNumber: EBADF))
    let full = open("/dev/full", O_WRONLY | O_CLOEXEC)
    try #require(full >= 0)
    defer { close(full) }
    #expect(Self.writeAll([1], to: full) == Descriptor.Progress(count: 0, errorNumber: ENOSPC))
    // A pipe that is full took what it had room for.
    let pipe = try Pipe()
    let bytes = [UInt8](repeating: 9, count: 4 << 20)
    let progress = Self.writeAll(bytes, to: pipe.writing)
    #expect(progress.errorNumber == EAGAIN)
    #expect(progress.count > 0)
    #expect(progress.count < bytes.count)
    var target = [UInt8](repeating: 0, count: bytes.count)
    let read = target.withUnsafeMutableBytes { Descriptor.fill($0, from: pipe.reading) }
    #expect(read == Descriptor.Progress(count: progress.count, errorNumber: EAGAIN))
    #expect(target[..<progress.count].allSatisfy { $0 == 9 })
  }

  /// Many times what one call of the system moves through a pipe.
  @Test func bytesArriveWholeAndInOrder() throws {
    var ends: [CInt] = [-1, -1]
    let isMade = pipe(&ends) == 0
    try #require(isMade)
    let (reading, writing) = (ends[0], ends[1])
    let bytes = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
    // A thread of its own: one that waits for a pipe must not keep a task's.
    Thread.detachNewThread {
      _ = Self.writeAll(bytes, to: writing)
      close(writing)
    }
    let read = Result { try Descriptor.readAll(reading, bytesMax: bytes.count) }
    close(reading)
    #expect(try read.get() == bytes)
  }

  @Test func fillingStopsWhereTheFileEnds() throws {
    let file = try Unnamed(Array(0..<10))
    var target = [UInt8](repeating: 0xFF, count: 16)
    func filled(_ count: Int, at offset: Int) -> Descriptor.Progress {
      target.withUnsafeMutableBytes {
        Descriptor.fill(
          UnsafeMutableRawBufferPointer(rebasing: $0[..<count]), from: file.descriptor, at: offset)
      }
    }
    #expect(filled(4, at: 3) == Descriptor.Progress(count: 4, errorNumber: nil))
    #expect(target[..<5] == [3, 4, 5, 6, 0xFF])
    #expect(filled(16, at: 8) == Descriptor.Progress(count: 2, errorNumber: nil))
    #expect(target[..<3] == [8, 9, 5])
    #expect(filled(16, at: 10) == Descriptor.Progress(count: 0, errorNumber: nil))
    #expect(filled(16, at: 1 << 40) == Descriptor.Progress(count: 0, errorNumber: nil))
    #expect(filled(0, at: 0) == Descriptor.Progress(count: 0, errorNumber: nil))
    // By offset, so that the place of the next read is where it was.
    let read = target.withUnsafeMutableBytes { Descriptor.fill($0, from: file.descriptor) }
    #expect(read == Descriptor.Progress(count: 10, errorNumber: nil))
    #expect(target[..<10] == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    let none = target.withUnsafeMutableBytes { Descriptor.fill($0, from: -1, at: 0) }
    #expect(none == Descriptor.Progress(count: 0, errorNumber: EBADF))
  }

  @Test func aFileIsReadUpToItsBound() throws {
    let bytes = [UInt8](repeating: 5, count: 70_000)
    for (bytesMax, isRead) in [(70_001, true), (70_000, true), (69_999, false), (0, false)] {
      let file = try Unnamed(bytes)
      if isRead {
        #expect(try Descriptor.readAll(file.descriptor, bytesMax: bytesMax) == bytes)
      } else {
        #expect(throws: Descriptor.ReadFailure.tooLarge) {
          try Descriptor.readAll(file.descriptor, bytesMax: bytesMax, expected: 70_000)
        }
      }
    }
    let empty = try Unnamed([])
    #expect(try Descriptor.readAll(empty.descriptor, bytesMax: 0, expected: -1).isEmpty)
    #expect(throws: Descriptor.ReadFailure.system(EBADF)) {
      try Descriptor.readAll(-1, bytesMax: 10)
    }
  }
}
