"""An RTSP server that nobody here wrote the protocol of: GStreamer's, with basic authentication, one film in a loop.

Usage: server.py FILM.mp4 CREDENTIALS_FILE (one line user:password); prints `READY PORT`.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
film, credentials = sys.argv[1:3]
with open(credentials, encoding="utf-8") as file:
    user, password = file.read().strip().split(":", 1)

server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
factory = GstRtspServer.RTSPMediaFactory()
factory.set_shared(True)
factory.set_launch(f"( filesrc location={film} ! qtdemux ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96 )")
auth = GstRtspServer.RTSPAuth()
token = GstRtspServer.RTSPToken()
token.set_string("media.factory.role", "user")
auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
server.set_auth(auth)
permissions = "user,media.factory.access=(boolean)true,media.factory.construct=(boolean)true"
factory.add_role_from_structure(Gst.Structure.from_string(permissions)[0])
server.get_mount_points().add_factory("/cam", factory)
if server.attach(None) == 0:
    sys.exit("cannot listen")
print("READY", server.get_bound_port(), flush=True)
GLib.MainLoop().run()
