// What dpkg is told about the package.

/** Who answers for a build, as Debian's own tools take it from the environment (dch(1)). */
const { DEBFULLNAME = 'micron-edge authors', DEBEMAIL = 'micron-edge@localhost' } = process.env;

/** Binaries from npm need glibc 2.28 (onnxruntime-node, sharp); prlimit and the shell are in essential packages. */
const DEPENDS = [
  'nodejs (>= 20)',
  'ffmpeg',
  'libc6 (>= 2.28)',
  'libstdc++6 (>= 8)',
  'init-system-helpers (>= 1.54)',
  'systemd',
];

export const control = ({ version, arch, installedKb }) => `Package: micron-edge
Version: ${version}
Section: net
Priority: optional
Architecture: ${arch}
Maintainer: ${DEBFULLNAME} <${DEBEMAIL}>
Installed-Size: ${installedKb}
Depends: ${DEPENDS.join(', ')}
Suggests: mosquitto
Description: anonymous aggregates from the cameras a plant already has
 A daemon for small boxes beside on-premise cameras. It reads RTSP, destroys
 everything in the picture that is not a permitted face, looks for
 micro-expressions, and lets out counts per zone and time window over MQTT,
 with noise, and only where enough people work that nobody stands out.
 .
 No picture, no identity and no per-person figure leaves it or is written to
 disk. The model that ships has been trained on synthetic faces only.
`;
