"""What keeps a process that opens documents from the rest of the machine.

A decoder that hostile bytes have taken over runs as the user of the worker. So it is confined,
before it sees a document, by

- limits (`limit`, always): memory, CPU and wall time, bytes written to a file, open files; no core
  dump; no new process, which the kernel does not enforce for root;
- `OWN_NETWORK` (`leave_network`, once in the opener): user and network namespaces of its own. The
  network has only a loopback device, which is down, and root's capabilities are gone. Kernels and
  containers that forbid unprivileged user namespaces refuse it;
- `SYSTEM_CALLS` (`forbid`, in each child): a seccomp filter, through libseccomp, under which
  opening or changing any file, sockets, new processes and programs, signals and tracing fail with
  EPERM, for root too, and for good. It needs no privilege and also holds in a container, where the
  namespaces are mostly refused.

Where one of the last two is refused, the others stand and documents are opened all the same;
`models.sandbox.guards` tells which were in force.
"""

from __future__ import annotations

import ctypes
import errno
import resource
import signal

from models.sandbox import Limits

OWN_NETWORK, SYSTEM_CALLS = "own-network", "system-calls"
"""The guards that can be refused."""
CLONE_NEWUSER, CLONE_NEWNET = 0x1000_0000, 0x4000_0000
"""Of Linux's sched.h; `os.unshare` comes with Python 3.12."""

OPEN_FILES = 16
RECORD = 500_000
"""Bytes for the words of a page on average; its pixels have a limit of their own."""

ALLOW = 0x7FFF_0000
REFUSE = 0x0005_0000 | errno.EPERM
"""Actions of libseccomp's seccomp.h."""
FORBIDDEN = {
    # The child holds all it needs open; the settings and the database are near.
    "files": "open openat openat2 creat truncate unlink unlinkat rename renameat renameat2 link"
    " linkat symlink symlinkat mkdir mkdirat rmdir mknod mknodat chmod fchmodat chown lchown"
    " fchownat utime utimes utimensat futimesat setxattr lsetxattr removexattr lremovexattr"
    " name_to_handle_at open_by_handle_at memfd_create",
    # io_uring goes round a filter of system calls.
    "network": "socket socketpair connect bind listen accept accept4 io_uring_setup io_uring_enter",
    "processes": "fork vfork clone clone3 execve execveat kill tkill tgkill rt_sigqueueinfo"
    " rt_tgsigqueueinfo pidfd_open pidfd_send_signal pidfd_getfd ptrace process_vm_readv"
    " process_vm_writev prlimit64 setpriority",
    # Memory and queues that other processes of the user share.
    "sharing": "shmget shmat msgget semget mq_open",
    "kernel": "unshare setns mount umount2 mount_setattr move_mount open_tree fsopen fsconfig"
    " pivot_root chroot bpf perf_event_open userfaultfd keyctl add_key request_key init_module"
    " finit_module delete_module kexec_load kexec_file_load swapon swapoff reboot acct iopl ioperm",
}


def limit(limits: Limits) -> None:
    """Set what this process may use; a limit of the host that is lower stands."""
    size = limits.max_total_pixels + limits.max_pages * RECORD
    for kind, most in (
        (resource.RLIMIT_AS, limits.open_memory),
        (resource.RLIMIT_FSIZE, size),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    ):
        _set_limit(kind, most, most)
    _set_limit(resource.RLIMIT_CPU, limits.open_seconds, limits.open_seconds + 1)
    # The parent kills a slow child; the alarm is for a child whose parent is gone.
    signal.alarm(limits.open_seconds + 5)


def _set_limit(kind: int, soft: int, hard: int) -> None:
    """Lower a limit; without privilege raising one is an error."""
    _, most = resource.getrlimit(kind)
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    resource.setrlimit(kind, (soft, hard))


def leave_network() -> tuple[str, ...]:
    """Enter a network with nothing in it; names the guard, or nothing where it is refused."""
    try:
        left = ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0
    except AttributeError:  # not Linux
        return ()
    return (OWN_NETWORK,) if left else ()


def forbid() -> tuple[str, ...]:
    """Give up system calls for good; names the guard, or nothing where it is refused."""
    try:
        seccomp = ctypes.CDLL("libseccomp.so.2")
    except OSError:
        return ()
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(ALLOW))
    for name in " ".join(FORBIDDEN.values()).split():
        call = seccomp.seccomp_syscall_resolve_name(name.encode())
        # Negative: a call that this machine or this libseccomp does not have.
        if call >= 0:
            seccomp.seccomp_rule_add(rules, REFUSE, call, 0)
    return (SYSTEM_CALLS,) if seccomp.seccomp_load(rules) == 0 else ()
