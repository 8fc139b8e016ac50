import { OnnxGraph } from './onnx.ts';
import { type Operator, TfliteModel } from './tflite.ts';

/** BuiltinOperator of TensorFlow Lite's schema.fbs, as far as MediaPipe's dense full-range model uses it. */
const OP = {
  ADD: 0,
  CONV: 3,
  DEPTHWISE_CONV: 4,
  DEQUANTIZE: 6,
  MAX_POOL: 17,
  RELU: 19,
  RESHAPE: 22,
  RESIZE_BILINEAR: 23,
  PAD: 34,
} as const;
/** Padding and ActivationFunctionType of the same schema. */
const VALID = 1;
const NO_ACTIVATION = 0;
const FUSED_RELU = 1;

type Pads = readonly [top: number, left: number, bottom: number, right: number];

/** TensorFlow's SAME padding; constant for every input whose sides are multiples of the network's stride. */
function same(extent: number, kernel: number, stride: number): readonly [number, number] {
  const total = Math.max((Math.ceil(extent / stride) - 1) * stride + kernel - extent, 0);
  return [total >> 1, total - (total >> 1)];
}

/** OHWI (or 1HWC, depthwise) to ONNX's OIHW (or C1HW). */
function reorder(data: Float32Array, shape: readonly number[], depthwise: boolean) {
  const [out, height, width, channels] = shape as [number, number, number, number];
  const result = new Float32Array(data.length);
  let from = 0;
  for (let o = 0; o < out; o++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < channels; c++) {
          const plane = depthwise ? c : o * channels + c;
          result[(plane * height + y) * width + x] = data[from++]!;
        }
  const dims = depthwise ? [channels, 1, height, width] : [out, channels, height, width];
  return { data: result, dims };
}

/**
 * MediaPipe's full-range BlazeFace from TensorFlow Lite to ONNX: same arithmetic, NCHW, float32, height and width variable
 * (multiples of 32). `input` float32 [1, 3, height, width] in -1..1 RGB; `regressors` [1, boxes, 16] in input pixels
 * relative to anchor centres; `scores` [1, boxes, 1], logits; one anchor per 4 x 4 cell, row by row.
 *
 * @throws Error naming the operator or option when the file is another kind of model
 */
export function convert(file: Buffer): Buffer {
  const model = new TfliteModel(file);
  const graph = new OnnxGraph();
  const values = new Map<number, string>();
  const aliases = new Map<number, number>();
  const pending = new Map<number, Pads>();
  const origin = (tensor: number): number => {
    const alias = aliases.get(tensor);
    return alias === undefined ? tensor : origin(alias);
  };
  const shapeOf = (tensor: number) => model.tensors[tensor]!.shape as [number, number, number, number];
  const nameOf = (tensor: number): string => {
    let name = values.get(tensor);
    if (name === undefined) {
      const from = origin(tensor);
      name = graph.floats(shapeOf(from), model.constant(from));
      values.set(tensor, name);
    }
    return name;
  };
  const activated = (value: string, kind: number) => {
    if (kind === NO_ACTIVATION) return value;
    if (kind === FUSED_RELU) return graph.node('Relu', [value]);
    throw new Error(`fused activation ${kind} is not converted here`);
  };

  const convolution = (operator: Operator, depthwise: boolean) => {
    const [input, filter, bias] = operator.inputs as [number, number, number];
    const weights = reorder(model.constant(origin(filter)), shapeOf(origin(filter)), depthwise);
    const [kh, kw] = weights.dims.slice(2) as [number, number];
    // Conv2DOptions and DepthwiseConv2DOptions agree in fields 0 to 2: padding, stride_w, stride_h.
    const [strideX, strideY] = [operator.option(1), operator.option(2)];
    const valid = operator.option(0, 1) === VALID;
    const [, height, width] = shapeOf(input);
    const [top, bottom] = valid ? [0, 0] : same(height, kh, strideY);
    const [left, right] = valid ? [0, 0] : same(width, kw, strideX);
    const before = pending.get(input) ?? [0, 0, 0, 0];
    const pads = [top + before[0], left + before[1], bottom + before[2], right + before[3]];
    const inputs = [nameOf(input), graph.floats(weights.dims, weights.data), nameOf(bias)];
    const group = depthwise ? weights.dims[0]! : 1;
    const value = graph.node('Conv', inputs, {
      kernel_shape: [kh, kw],
      strides: [strideY, strideX],
      pads,
      group,
    });
    return activated(value, operator.option(depthwise ? 4 : 3, 1));
  };

  const pad = (operator: Operator): string => {
    const [input, amounts] = operator.inputs as [number, number];
    // NHWC, [before, after] for each axis.
    const [n0, n1, top, bottom, left, right, c0, c1] = model.constant(origin(amounts)) as unknown as number[];
    if (c0 || c1) {
      const order = [n0!, c0!, top!, left!, n1!, c1!, bottom!, right!];
      return graph.node('Pad', [nameOf(input), graph.ints(order)]);
    }
    // Spatial padding belongs to the convolution that follows.
    pending.set(operator.outputs[0]!, [top!, left!, bottom!, right!]);
    return nameOf(input);
  };

  const resize = (operator: Operator): string => {
    if (operator.option(3, 1) !== 1) throw new Error('only half_pixel_centers resizing is converted here');
    const input = operator.inputs[0]!;
    const scale = shapeOf(operator.outputs[0]!)[1] / shapeOf(input)[1];
    const scales = graph.floats([4], Float32Array.of(1, 1, scale, scale));
    const attributes = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
    return graph.node('Resize', [nameOf(input), '', scales], attributes);
  };

  graph.input('input', [1, 3, 'height', 'width']);
  values.set(model.inputs[0]!, 'input');
  for (const operator of model.operators) {
    const [input] = operator.inputs as [number];
    const output = operator.outputs[0]!;
    switch (operator.code) {
      case OP.DEQUANTIZE:
        aliases.set(output, input);
        break;
      case OP.CONV:
      case OP.DEPTHWISE_CONV:
        values.set(output, convolution(operator, operator.code === OP.DEPTHWISE_CONV));
        break;
      case OP.ADD: {
        const sum = graph.node('Add', operator.inputs.map(nameOf));
        values.set(output, activated(sum, operator.option(0, 1)));
        break;
      }
      case OP.RELU:
        values.set(output, graph.node('Relu', [nameOf(input)]));
        break;
      case OP.MAX_POOL: {
        const kernel = [operator.option(4), operator.option(3)];
        const strides = [operator.option(2), operator.option(1)];
        values.set(output, graph.node('MaxPool', [nameOf(input)], { kernel_shape: kernel, strides }));
        break;
      }
      case OP.PAD:
        values.set(output, pad(operator));
        break;
      case OP.RESIZE_BILINEAR:
        values.set(output, resize(operator));
        break;
      case OP.RESHAPE: {
        // Only the heads are reshaped, to [1, boxes, values] in the file's own NHWC order.
        const nhwc = graph.node('Transpose', [nameOf(input)], { perm: [0, 2, 3, 1] });
        const shape = graph.ints([1, -1, shapeOf(output)[2]]);
        values.set(output, graph.node('Reshape', [nhwc, shape]));
        break;
      }
      default:
        throw new Error(`operator ${operator.code} is not converted here`);
    }
  }
  for (const output of model.outputs) {
    const width = shapeOf(output)[2];
    const name = width === 1 ? 'scores' : 'regressors';
    graph.node('Identity', [nameOf(output)], {}, name);
    graph.output(name, [1, 'boxes', width]);
  }
  return graph.serialize('micron-edge');
}
