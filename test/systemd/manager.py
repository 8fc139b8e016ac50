"""Stands for systemd at the other end of NOTIFY_SOCKET: prints what it is told, one line a datagram (sd_notify(3))."""
import os
import socket
import sys

server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
print("READY", flush=True)
while True:
    words, descriptors, _, _ = socket.recv_fds(server, 4096, 8)
    # BARRIER=1 comes with a descriptor; closing it says that everything before has been read.
    for descriptor in descriptors:
        os.close(descriptor)
    print(words.decode().strip().replace("\n", " "), flush=True)
