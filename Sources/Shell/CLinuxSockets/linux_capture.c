#define _GNU_SOURCE
#include "linux_sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PORTS_MAX = 256, KEPT_BYTES = 262144, BUFFER_BYTES = 32 << 20, HEAD = 31 };

// Appends "take the packet if the accumulator is one of the ports".
static int append_ports(struct sock_filter *code, int at, const uint16_t *ports, int count) {
  for (int index = 0; index < count; index++) {
    code[at++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ports[index], 0, 1);
    code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, KEPT_BYTES);
  }
  return at;
}

// What the kernel asks of each packet; a socket for datagrams sees it from its IP header on.
static int make_filter(struct sock_filter *code, const uint16_t *ports, int count) {
  const struct sock_filter head[HEAD] = {
      // Of loopback the packets on their way out come in again.
      /* 0 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_HATYPE),
      /* 1 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARPHRD_LOOPBACK, 0, 3),
      /* 2 */ BPF_STMT(BPF_LD | BPF_W | BPF_ABS, SKF_AD_OFF + SKF_AD_PKTTYPE),
      /* 3 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 0, 1),
      /* 4 */ BPF_STMT(BPF_RET | BPF_K, 0),
      /* 5 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 0),
      /* 6 */ BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 4),
      /* 7 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 4, 2, 0),
      /* 8 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 6, 17, 0),
      /* 9 */ BPF_STMT(BPF_RET | BPF_K, 0),
      // IPv4; a fragment behind the first one has no ports.
      /* 10 */ BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
      /* 11 */ BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1FFF, 0, 1),
      /* 12 */ BPF_STMT(BPF_RET | BPF_K, 0),
      /* 13 */ BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
      /* 14 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
      /* 15 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 15, 0),
      /* 16 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 14, 0),
      /* 17 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMP, 1, 0),
      /* 18 */ BPF_STMT(BPF_RET | BPF_K, 0),
      // ICMP unreachable: the ports are those of the packet that it quotes.
      /* 19 */ BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
      /* 20 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 3, 1, 0),
      /* 21 */ BPF_STMT(BPF_RET | BPF_K, 0),
      /* 22 */ BPF_STMT(BPF_MISC | BPF_TXA, 0),
      /* 23 */ BPF_STMT(BPF_ALU | BPF_ADD | BPF_K, 28),
      /* 24 */ BPF_STMT(BPF_MISC | BPF_TAX, 0),
      /* 25 */ BPF_STMT(BPF_JMP | BPF_JA, 5),
      // IPv6 without extension headers.
      /* 26 */ BPF_STMT(BPF_LDX | BPF_IMM, 40),
      /* 27 */ BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
      /* 28 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 2, 0),
      /* 29 */ BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 1, 0),
      /* 30 */ BPF_STMT(BPF_RET | BPF_K, 0),
  };
  memcpy(code, head, sizeof head);
  int at = HEAD;
  for (int side = 0; side < 2; side++) {
    code[at++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2 * side);
    at = append_ports(code, at, ports, count);
  }
  code[at++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, 0);
  return at;
}

int linux_sockets_open_capture(const uint16_t *ports, int count) {
  if (count < 0 || count > PORTS_MAX) return -E2BIG;
  struct sock_filter code[HEAD + 4 * PORTS_MAX + 3];
  struct sock_fprog program = {.filter = code};
  program.len = (unsigned short)make_filter(code, ports, count);
  // Without a protocol it sees nothing until it has its filter.
  int descriptor = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -errno;
  int on = 1, bytes = BUFFER_BYTES;
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) != 0) {
    (void)setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  struct sockaddr_ll any = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL)};
  if (setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) != 0 ||
      setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) != 0 ||
      bind(descriptor, (struct sockaddr *)&any, sizeof any) != 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  return descriptor;
}

long linux_sockets_next_packet(int descriptor, uint8_t *bytes, size_t size, int milliseconds,
                               size_t *length, int64_t *nanoseconds) {
  struct pollfd waiting = {.fd = descriptor, .events = POLLIN};
  int ready = poll(&waiting, 1, milliseconds);
  if (ready <= 0) return ready == 0 || errno == EINTR ? 0 : -errno;
  struct iovec part = {.iov_base = bytes, .iov_len = size};
  union {
    struct cmsghdr header;
    char bytes[256];
  } control;
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = control.bytes,
                           .msg_controllen = sizeof control.bytes};
  ssize_t count = recvmsg(descriptor, &message, MSG_DONTWAIT | MSG_TRUNC);
  if (count < 0) return errno == EAGAIN || errno == EINTR || errno == ENETDOWN ? 0 : -errno;
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SO_TIMESTAMPNS) {
      memcpy(&time, CMSG_DATA(part), sizeof time);
    }
  }
  *length = (size_t)count;
  *nanoseconds = (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
  return (size_t)count < size ? count : (long)size;
}

uint32_t linux_sockets_capture_drops(int descriptor) {
  struct tpacket_stats statistics = {0, 0};
  socklen_t length = sizeof statistics;
  if (getsockopt(descriptor, SOL_PACKET, PACKET_STATISTICS, &statistics, &length) != 0) return 0;
  return statistics.tp_drops;
}
