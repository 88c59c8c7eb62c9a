#define _GNU_SOURCE
#include "linux_sockets.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

int linux_sockets_stream_type(int is_nonblocking) {
  return SOCK_STREAM | SOCK_CLOEXEC | (is_nonblocking ? SOCK_NONBLOCK : 0);
}

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
  bool tells_window = length >= offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof info.tcpi_snd_wnd;
  *window = tells_window ? info.tcpi_snd_wnd : UINT32_MAX;
  return 0;
}

enum { MESSAGES_A_CALL = 64 };

int linux_sockets_send_lines(int descriptor, const uint8_t *bytes, uint32_t start,
                             const uint32_t *ends, int count, const void *remote,
                             uint32_t remote_length, int *error) {
  struct mmsghdr messages[MESSAGES_A_CALL];
  struct iovec parts[MESSAGES_A_CALL];
  int sent = 0;
  *error = 0;
  memset(messages, 0, sizeof messages);
  while (sent < count) {
    int batch = count - sent < MESSAGES_A_CALL ? count - sent : MESSAGES_A_CALL;
    uint32_t place = start;
    for (int index = 0; index < batch; index++) {
      uint32_t end = ends[sent + index];
      parts[index].iov_base = (void *)(bytes + place);
      parts[index].iov_len = end - place - 1;
      messages[index].msg_hdr.msg_name = (void *)remote;
      messages[index].msg_hdr.msg_namelen = remote_length;
      messages[index].msg_hdr.msg_iov = &parts[index];
      messages[index].msg_hdr.msg_iovlen = 1;
      place = end;
    }
    int done = sendmmsg(descriptor, messages, (unsigned)batch, MSG_DONTWAIT);
    if (done < 0) {
      if (errno == EINTR) continue;
      *error = errno;
      return sent;
    }
    sent += done;
    start = ends[sent - 1];
  }
  return sent;
}

int linux_sockets_close_in_child(void *actions) {
  return posix_spawn_file_actions_addclosefrom_np(actions, 3);
}
