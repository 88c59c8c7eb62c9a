// What glibc and SwiftNIO do not offer of the kernel's sockets.
#ifndef APPLIANCE_LINUX_SOCKETS_H
#define APPLIANCE_LINUX_SOCKETS_H

#include <stdint.h>

/// Bytes that the peer's kernel acknowledged on a TCP socket, the SYN not counted.
/// Returns 0 and sets `*acknowledged`, or an errno.
int linux_sockets_tcp_acknowledged(int descriptor, uint64_t *acknowledged);

#endif
