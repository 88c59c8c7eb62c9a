// What glibc and SwiftNIO do not offer of the kernel's sockets.
#ifndef APPLIANCE_LINUX_SOCKETS_H
#define APPLIANCE_LINUX_SOCKETS_H

#include <stddef.h>
#include <stdint.h>

/// Bytes that the peer's kernel acknowledged on a TCP socket, the SYN not counted, and the window that
/// the peer advertised last, which is UINT32_MAX where the kernel does not tell (before Linux 5.4).
/// Returns 0 and sets both, or an errno.
int linux_sockets_tcp_progress(int descriptor, uint64_t *acknowledged, uint32_t *window);

/// Sends lines as datagrams, up to 64 a system call, until all are sent or one cannot be.
/// Line k is bytes[ends[k - 1]] to bytes[ends[k] - 1 - 1]: its last byte, the LF, is left out; the first
/// one begins at `start`. Returns how many were sent, and sets `*error` to an errno or 0.
int linux_sockets_send_lines(int descriptor, const uint8_t *bytes, uint32_t start,
                             const uint32_t *ends, int count, const void *remote,
                             uint32_t remote_length, int *error);

/// The type of a TCP socket for `socket` and `socketpair`, closed at exec; without
/// waiting where `is_nonblocking`.
/// Several C modules include <sys/socket.h>, and which of them Swift takes SOCK_STREAM to be of
/// depends on what is compiled together; so no Swift file names it.
int linux_sockets_stream_type(int is_nonblocking);

/// Opens a socket that sees the IP packets of all interfaces from or to the ports given, and ICMP
/// errors about them; those of a loopback interface once, as they come in. At most 256 ports.
/// Returns the descriptor, or an errno, negative.
int linux_sockets_open_capture(const uint16_t *ports, int count);

/// Waits at most `milliseconds` for a packet that such a socket saw.
/// Returns how many of its bytes are in `bytes`, 0 when none came, or an errno, negative; sets its whole
/// length and when it passed, in nanoseconds since 1970.
long linux_sockets_next_packet(int descriptor, uint8_t *bytes, size_t size, int milliseconds,
                               size_t *length, int64_t *nanoseconds);

/// How many packets the kernel dropped since the last call, because nobody took them in time.
uint32_t linux_sockets_capture_drops(int descriptor);

/// Lets a program that is started have the descriptors 0 to 2 only. SwiftNIO's sockets outlive an
/// exec: one that such a program holds sends neither FIN nor RST when it is closed here.
/// Takes a posix_spawn_file_actions_t. Returns 0 or an errno.
int linux_sockets_close_in_child(void *actions);

#endif
