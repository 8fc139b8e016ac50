"""The renderer: OpenGL, drawn by Mesa's llvmpipe where there is no GPU.

Measured on one machine with two cores at 256 x 256: about 8 ms for 48 000 triangles, against 180 ms for the numpy
rasteriser in `scene`, which therefore draws only the test set that must come from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import moderngl
import numpy as np

from scene.face import Head, project
from scene.mesh import vertex_normals

SIZE = 256
"""Side of the square picture, px."""

_VERTEX = """
#version 330
in vec2 at; in float depth; in vec3 normal; in vec3 place; in float kind; in float hollow;
out vec3 n; out vec3 p; out float h; flat out int k;
void main() {
  n = normal; p = place; h = hollow; k = int(kind + 0.5);
  gl_Position = vec4(at, depth, 1.0);
}
"""

# Materials in the order of scene.model: skin, eye, lash, teeth, mouth, hair, hat.
_FRAGMENT = """
#version 330
in vec3 n; in vec3 p; in float h; flat in int k;
out vec4 colour;
uniform sampler2D skin;
uniform vec3 key, fill, key_colour, fill_colour, sky, ground;
uniform vec3 iris, brow, tone, hair, hat;
uniform float felt, exposure, cavity;
const vec2 ORIGIN = vec2(-13.0, 15.0), EXTENT = vec2(26.0, 36.0);

float strands(vec3 q) {
  float a = atan(q.x, q.z + 2.0);
  return sin(61.0*a + 1.3*sin(3.0*q.y)) + 0.7*sin(137.0*a + 0.9*q.y) + 0.5*sin(23.0*a + 2.0*sin(q.y));
}
vec3 eye(vec3 q) {
  float r = length(q.xy), a = atan(q.y, q.x);
  vec3 white = vec3(0.72, 0.66, 0.63) * (1.0 - 0.25*clamp(r - 0.75, 0.0, 1.0));
  vec3 disc = iris * (1.0 + 0.3*sin(19.0*a + 9.0*r)) * (1.0 - 0.75*clamp((r - 0.48)/0.1, 0.0, 1.0));
  if (r < 0.24) disc = vec3(0.008);
  return mix(white, disc, clamp((0.64 - r)/0.08, 0.0, 1.0));
}
void main() {
  vec3 m = n;
  if (k == 5) { m.x += 0.3*strands(p); m.y += 0.12*strands(p*1.7); }
  m = normalize(m);
  if (k == 6 && m.z < 0.0) m = -m;
  vec3 albedo; float gloss = 0.0, wrap = 0.0, open = 1.0 - cavity*h;
  if (k == 0) {
    vec2 uv = (p.xy - vec2(ORIGIN.x, ORIGIN.y - EXTENT.y)) / EXTENT;
    albedo = pow(texture(skin, vec2(uv.x, 1.0 - uv.y)).rgb, vec3(2.2)); gloss = 0.55; wrap = 0.42;
  } else if (k == 1) { albedo = eye(p); gloss = 1.6; wrap = 0.5; open = 0.85; }
  else if (k == 2) { albedo = 0.6*brow + 0.1*tone; }
  else if (k == 3) { albedo = vec3(0.72, 0.66, 0.55); gloss = 0.8; wrap = 0.2; open = 0.7; }
  else if (k == 4) { albedo = vec3(0.11, 0.01, 0.008); gloss = 0.5; wrap = 0.2; open = 0.45; }
  else if (k == 5) { albedo = hair*(1.0 + 0.2*strands(p)); gloss = 0.35; wrap = 0.1; open = 1.0; }
  else { albedo = hat; gloss = 1.2 - 0.95*felt; open = 1.0; }
  vec3 bleed = wrap*vec3(1.0, 0.55, 0.4);
  vec3 total = clamp((dot(m, key) + bleed)/(1.0 + bleed), 0.0, 1.0)*key_colour + max(dot(m, fill), 0.0)*fill_colour;
  float up = (m.y + 1.0)*0.5;
  total += up*sky + (1.0 - up)*ground;
  float shine = max(dot(m, normalize(key + vec3(0.0, 0.0, 1.0))), 0.0);
  float spec = gloss*(0.10*pow(shine, 14.0) + 0.16*pow(shine, 70.0))*length(key_colour);
  vec3 c = exposure*(albedo*total*pow(vec3(open), vec3(0.8, 1.1, 1.2)) + vec3(spec*open));
  colour = vec4(pow(clamp(c, 0.0, 1.0), vec3(1.0/2.2)), 1.0);
}
"""


@dataclass(frozen=True)
class Lamps:
    """Directions (x right, y up, z to the camera, unit) and linear colours of key, fill, sky and ground; exposure."""

    key: np.ndarray
    fill: np.ndarray
    key_colour: np.ndarray
    fill_colour: np.ndarray
    sky: np.ndarray
    ground: np.ndarray
    exposure: float


class Stage:
    """The OpenGL context and one framebuffer."""

    def __init__(self) -> None:
        self.gl = moderngl.create_standalone_context(backend="egl")
        self.program = self.gl.program(vertex_shader=_VERTEX, fragment_shader=_FRAGMENT)
        self.target = self.gl.framebuffer(
            [self.gl.renderbuffer((SIZE, SIZE), 4)], self.gl.depth_renderbuffer((SIZE, SIZE))
        )
        self.gl.enable(moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        # y runs down in our pictures, which turns the triangles' sense round.
        self.gl.front_face = "cw"


class Actor:
    """One person on a stage. Call `release` before the next one: textures are not collected by themselves."""

    def __init__(self, stage: Stage, head: Head) -> None:
        self.stage, self.head = stage, head
        gl, program = stage.gl, stage.program
        texture = np.clip(head.texture, 0, 1) ** (1 / 2.2) * 255
        height, width, _ = texture.shape
        self.texture = gl.texture((width, height), 3, texture.astype(np.uint8).tobytes(), alignment=1)
        self.texture.build_mipmaps()
        self.texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        count = len(head.rest)
        kind = np.zeros(count, np.float32)
        kind[head.triangles] = head.material[:, None]
        fixed = np.concatenate([head.canonical, kind[:, None], self._hollows()[:, None]], 1).astype("f4")
        self.moving = gl.buffer(reserve=count * 6 * 4, dynamic=True)
        self.fixed = gl.buffer(fixed.tobytes())
        self.index = gl.buffer(head.triangles.astype("i4").tobytes())
        self.mesh = gl.vertex_array(
            program,
            [(self.moving, "2f 1f 3f", "at", "depth", "normal"), (self.fixed, "3f 1f 1f", "place", "kind", "hollow")],
            self.index,
        )
        look = head.look
        linear = {name: np.power(np.asarray(c, np.float32), 2.2) for name, c in (
            ("iris", look.complexion.iris), ("brow", look.complexion.brow), ("tone", look.complexion.skin),
            ("hair", look.hair_colour), ("hat", look.headgear_colour))}  # fmt: skip
        self.paint = {**{k: tuple(map(float, v)) for k, v in linear.items()}, "felt": float(look.headgear == "cap")}

    def _hollows(self) -> np.ndarray:
        """How deep each vertex sits below its neighbourhood on the resting face, (V,) 0-1: a cheap standing shade."""
        rest, triangles = self.head.rest, self.head.one_sided
        mean = rest
        for _ in range(6):
            total, count = np.zeros_like(rest), np.zeros(len(rest), np.float32)
            for a, b in ((0, 1), (1, 2), (2, 0)):
                for u, v in ((a, b), (b, a)):
                    np.add.at(total, triangles[:, u], mean[triangles[:, v]])
                    np.add.at(count, triangles[:, u], 1)
            mean = np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], mean)
        return np.clip(((mean - rest) * vertex_normals(rest, triangles)).sum(1) / 0.12, 0, 1)

    def draw(self, world: np.ndarray, centre: tuple[float, float], px_per_cm: float, lamps: Lamps) -> np.ndarray:
        """World vertices (V,3) cm -> uint8 (SIZE,SIZE,4) sRGB and coverage, row 0 on top."""
        image, depth = project(world, centre, px_per_cm)
        vertices = np.empty((len(world), 6), "f4")
        vertices[:, :2] = image * (2 / SIZE) - 1
        vertices[:, 2] = (depth - 260) / 40
        vertices[:, 3:] = vertex_normals(world, self.head.one_sided)
        self.moving.write(vertices.tobytes())
        program = self.stage.program
        for name in ("key", "fill", "key_colour", "fill_colour", "sky", "ground"):
            program[name].value = tuple(map(float, getattr(lamps, name)))
        program["exposure"].value = lamps.exposure
        program["cavity"].value = 0.5
        for name, value in self.paint.items():
            program[name].value = value
        self.texture.use(0)
        self.stage.target.use()
        self.stage.target.clear()
        self.mesh.render()
        return np.frombuffer(self.stage.target.read(components=4), np.uint8).reshape(SIZE, SIZE, 4)

    def release(self) -> None:
        for part in (self.mesh, self.moving, self.fixed, self.index, self.texture):
            part.release()
