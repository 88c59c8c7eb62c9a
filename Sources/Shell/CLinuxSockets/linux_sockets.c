#include "linux_sockets.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

int linux_sockets_tcp_progress(int descriptor, uint64_t *acknowledged, uint32_t *window) {
  // glibc's own struct ends before tcpi_bytes_acked; the kernel's header has it (since Linux 4.1).
  struct tcp_info info;
  socklen_t length = sizeof info;
  memset(&info, 0, sizeof info);
  if (getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return errno;
  if (length < offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked) {
    return ENOPROTOOPT;
  }
  // The kernel counts the SYN as one byte once it is acknowledged.
  *acknowledged = info.tcpi_bytes_acked > 0 ? info.tcpi_bytes_acked - 1 : 0;
  // What the kernel did not write stays 0.
  *window = info.tcpi_snd_wnd;
  return 0;
}
