import { type PlanarImage, planesOf, type RawFrame } from '../../../agent/domain/frame.ts';
import type { Box, Point } from '../../../agent/domain/geometry.ts';

export const copyOf = (image: PlanarImage): PlanarImage => ({ ...image, data: image.data.slice() });

/** For what is built here and never came from a camera. */
export const asFrame = (image: PlanarImage, ptsMs: number): RawFrame =>
  ({ image, ptsMs, arrivedMs: ptsMs }) as unknown as RawFrame;

/** The image turned about a point, clockwise; what comes in from outside repeats the edge. Nearest pixel. */
export function turned(image: PlanarImage, centre: Point, degrees: number): PlanarImage {
  const { widthPx, heightPx } = image;
  const result = copyOf(image);
  const angle = (degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const to = planesOf(result);
  planesOf(image).forEach((plane, index) => {
    const factor = index === 0 ? 1 : 2;
    const [width, height] = [widthPx / factor, heightPx / factor];
    const [cx, cy] = [centre.x / factor, centre.y / factor];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [dx, dy] = [x + 0.5 - cx, y + 0.5 - cy];
        const sx = Math.max(0, Math.min(width - 1, Math.floor(cx + cos * dx + sin * dy)));
        const sy = Math.max(0, Math.min(height - 1, Math.floor(cy - sin * dx + cos * dy)));
        to[index]![y * width + x] = plane[sy * width + sx]!;
      }
    }
  });
  return result;
}

/** Fills a box with one colour. */
export function painted(
  image: PlanarImage,
  box: Box,
  [y, u, v]: readonly [number, number, number],
): PlanarImage {
  const result = copyOf(image);
  planesOf(result).forEach((plane, index) => {
    const factor = index === 0 ? 1 : 2;
    const [width, height] = [image.widthPx / factor, image.heightPx / factor];
    const left = Math.max(0, Math.floor(box.x / factor));
    const right = Math.min(width, Math.ceil((box.x + box.width) / factor));
    for (
      let row = Math.max(0, Math.floor(box.y / factor));
      row < Math.min(height, (box.y + box.height) / factor);
      row++
    )
      plane.fill([y, u, v][index]!, row * width + left, row * width + right);
  });
  return result;
}

/** The image at another size: the average of a grid of bilinear samples for each pixel. */
export function resized(image: PlanarImage, widthPx: number, heightPx: number): PlanarImage {
  const result: PlanarImage = { widthPx, heightPx, data: new Uint8Array((widthPx * heightPx * 3) / 2) };
  const to = planesOf(result);
  planesOf(image).forEach((plane, index) => {
    const factor = index === 0 ? 1 : 2;
    const [sw, sh] = [image.widthPx / factor, image.heightPx / factor];
    const [width, height] = [widthPx / factor, heightPx / factor];
    const [stepX, stepY] = [sw / width, sh / height];
    const taps = Math.max(1, Math.ceil(Math.max(stepX, stepY)));
    const sample = (x: number, y: number) => {
      const [cx, cy] = [Math.max(0, Math.min(sw - 1, x)), Math.max(0, Math.min(sh - 1, y))];
      const [x0, y0] = [Math.floor(cx), Math.floor(cy)];
      const [x1, y1] = [Math.min(sw - 1, x0 + 1), Math.min(sh - 1, y0 + 1)];
      const [fx, fy] = [cx - x0, cy - y0];
      const top = plane[y0 * sw + x0]! * (1 - fx) + plane[y0 * sw + x1]! * fx;
      return top * (1 - fy) + (plane[y1 * sw + x0]! * (1 - fx) + plane[y1 * sw + x1]! * fx) * fy;
    };
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        let sum = 0;
        for (let j = 0; j < taps; j++)
          for (let i = 0; i < taps; i++)
            sum += sample((column + (i + 0.5) / taps) * stepX - 0.5, (row + (j + 0.5) / taps) * stepY - 0.5);
        to[index]![row * width + column] = Math.round(sum / taps ** 2);
      }
    }
  });
  return result;
}
