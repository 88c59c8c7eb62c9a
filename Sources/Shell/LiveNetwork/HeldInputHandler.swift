internal import Glibc
internal import NIOCore

/// Stands for the kernel's receive buffer: hands on only what `read` asked for.
///
/// At a peer's FIN swift-nio reads everything, whatever `autoRead` says. What nobody asked for
/// waits here, the FIN behind it; no more than the kernel's buffer held, as nothing follows a FIN.
/// Whoever closes a socket with unread bytes answers with a RST (RFC 1122 section 4.2.2.13), and so
/// does a socket with held ones.
final class HeldInputHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let bytesPerReadMax: Int
  /// Whether an owner who has a queue of its own gets what is held when the socket is closed by two
  /// FINs; a peer's RST throws it away, as RFC 9293 section 3.5.2 has it.
  private let givesAllAtEnd: Bool
  private var held: CircularBuffer<ByteBuffer> = []
  private var isAsked = false
  /// Within one read of the socket, which may bring several buffers.
  private var isServing = false
  private var isGiving = false
  private var hasEnded = false
  private var isEndTold = false
  private var hasFailed = false

  init(bytesPerReadMax: Int = .max, givesAllAtEnd: Bool = false) {
    self.bytesPerReadMax = bytesPerReadMax
    self.givesAllAtEnd = givesAllAtEnd
  }

  /// What nobody asked for yet.
  var heldBytes: Int { self.held.reduce(0) { $0 + $1.readableBytes } }

  /// What nobody will ask for any more.
  func takeHeld() -> [ByteBuffer] {
    defer { self.held.removeAll() }
    return Array(self.held)
  }

  func read(context: ChannelHandlerContext) {
    self.isAsked = true
    self.give(context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard self.isAsked || self.isServing, self.held.isEmpty else {
      if self.held.isEmpty { self.resetsAtClose(true, context) }
      self.held.append(self.unwrapInboundIn(data))
      return
    }
    self.isServing = true
    self.isAsked = false
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // Else it tells of what is held, or of the FIN.
    guard self.isServing else { return }
    self.isServing = false
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else {
      return context.fireUserInboundEventTriggered(event)
    }
    self.hasEnded = true
    self.give(context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    self.hasFailed = true
    self.held.removeAll()
    context.fireErrorCaught(error)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.isEndTold = true
    if self.givesAllAtEnd, !self.hasFailed {
      while let bytes = self.held.popFirst() { context.fireChannelRead(self.wrapInboundOut(bytes)) }
    }
    self.held.removeAll()
    context.fireChannelInactive()
  }

  /// Gives what is held, then the FIN, as long as somebody asks; what is not here yet is asked of
  /// the kernel.
  private func give(_ context: ChannelHandlerContext) {
    // Whoever gets bytes may ask for more at once.
    guard !self.isGiving else { return }
    self.isGiving = true
    defer { self.isGiving = false }
    while self.isAsked {
      if let bytes = self.nextHeld() {
        self.isAsked = false
        if self.held.isEmpty { self.resetsAtClose(false, context) }
        context.fireChannelRead(self.wrapInboundOut(bytes))
        context.fireChannelReadComplete()
      } else if !self.hasEnded {
        return context.read()
      } else if !self.isEndTold {
        self.isEndTold = true
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      } else {
        return
      }
    }
  }

  private func nextHeld() -> ByteBuffer? {
    guard var first = self.held.popFirst() else { return nil }
    guard first.readableBytes > self.bytesPerReadMax else { return first }
    let bytes = first.readSlice(length: self.bytesPerReadMax)
    self.held.prepend(first)
    return bytes
  }

  private func resetsAtClose(_ resets: Bool, _ context: ChannelHandlerContext) {
    // A socket that is closed already takes no option, and needs none.
    guard let options = context.channel as? any SocketOptionProvider else { return }
    options.setSoLinger(linger(l_onoff: resets ? 1 : 0, l_linger: 0)).whenFailure { _ in }
  }
}
