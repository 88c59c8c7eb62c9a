// What glibc and SwiftNIO do not offer of the kernel's sockets.
#ifndef APPLIANCE_LINUX_SOCKETS_H
#define APPLIANCE_LINUX_SOCKETS_H

#include <stdint.h>

/// Bytes that the peer's kernel acknowledged on a TCP socket, the SYN not counted, and the window that
/// the peer advertised last, which is 0 where the kernel does not tell (before Linux 5.4).
/// Returns 0 and sets both, or an errno.
int linux_sockets_tcp_progress(int descriptor, uint64_t *acknowledged, uint32_t *window);

#endif
