/** Pictures as rows of numbers, and which of `classes` each of them shows. */
export interface Lesson {
  readonly pictures: readonly Float32Array[];
  readonly classes: Uint8Array;
}

const HIDDEN = 48;
const EPOCHS = 12;
const BATCH = 16;
const RATE = 0.05;
const MOMENTUM = 0.9;
const DECAY = 1e-4;

/**
 * A network of one hidden layer (ReLU, softmax, cross-entropy, stochastic gradient descent with momentum) that learns to
 * read, and then reads: its share of right answers. Pictures are standardised by what the lesson holds.
 */
export function readerShare(lesson: Lesson, exam: Lesson, classes: number, random: () => number): number {
  const { mean, scale } = standards(lesson.pictures);
  const inputs = (pictures: readonly Float32Array[]) =>
    pictures.map((picture) => picture.map((value, i) => (value - mean[i]!) * scale[i]!));
  const size = mean.length;
  const layers = [layer(size, HIDDEN, random), layer(HIDDEN, classes, random)] as const;
  const shown = inputs(lesson.pictures);
  const order = shown.map((_, i) => i);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    for (let from = 0; from + BATCH <= order.length; from += BATCH) {
      for (const at of order.slice(from, from + BATCH)) {
        const hidden = forward(layers[0], shown[at]!).map((value) => Math.max(0, value));
        const output = softmax(forward(layers[1], hidden));
        output[lesson.classes[at]!]! -= 1;
        const back = backward(layers[1], hidden, output).map((value, i) => (hidden[i]! > 0 ? value : 0));
        backward(layers[0], shown[at]!, back);
      }
      for (const each of layers) update(each, RATE / (1 + epoch));
    }
  }
  let right = 0;
  for (const [i, picture] of inputs(exam.pictures).entries()) {
    const output = forward(
      layers[1],
      forward(layers[0], picture).map((value) => Math.max(0, value)),
    );
    if (output.indexOf(Math.max(...output)) === exam.classes[i]) right++;
  }
  return right / exam.pictures.length;
}

function standards(pictures: readonly Float32Array[]): { mean: Float32Array; scale: Float32Array } {
  const mean = new Float32Array(pictures[0]!.length);
  const scale = new Float32Array(mean.length);
  for (const picture of pictures)
    for (const [i, value] of picture.entries()) mean[i]! += value / pictures.length;
  for (const picture of pictures)
    for (const [i, value] of picture.entries()) scale[i]! += (value - mean[i]!) ** 2 / pictures.length;
  // What never changes says nothing, and is not blown up until its rounding does.
  return { mean, scale: scale.map((variance) => (variance < 1e-3 ? 0 : 1 / Math.sqrt(variance))) };
}

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** Row by row of outputs, the bias last in each. */
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
  readonly speed: Float32Array;
}

function layer(inputs: number, outputs: number, random: () => number): Layer {
  const count = (inputs + 1) * outputs;
  const spread = Math.sqrt(6 / inputs);
  return {
    inputs,
    outputs,
    weights: Float32Array.from({ length: count }, () => (2 * random() - 1) * spread),
    gradient: new Float32Array(count),
    speed: new Float32Array(count),
  };
}

function forward({ inputs, outputs, weights }: Layer, input: Float32Array): Float32Array {
  const out = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    const row = o * (inputs + 1);
    let sum = weights[row + inputs]!;
    for (let i = 0; i < inputs; i++) sum += weights[row + i]! * input[i]!;
    out[o] = sum;
  }
  return out;
}

/** Adds to the gradient; returns that of the input. */
function backward({ inputs, outputs, weights, gradient }: Layer, input: Float32Array, error: Float32Array) {
  const back = new Float32Array(inputs);
  for (let o = 0; o < outputs; o++) {
    const row = o * (inputs + 1);
    const e = error[o]!;
    if (e === 0) continue;
    gradient[row + inputs]! += e;
    for (let i = 0; i < inputs; i++) {
      gradient[row + i]! += e * input[i]!;
      back[i]! += e * weights[row + i]!;
    }
  }
  return back;
}

function update({ weights, gradient, speed }: Layer, rate: number): void {
  for (let i = 0; i < weights.length; i++) {
    speed[i] = MOMENTUM * speed[i]! - rate * (gradient[i]! / BATCH + DECAY * weights[i]!);
    weights[i]! += speed[i]!;
    gradient[i] = 0;
  }
}

function softmax(values: Float32Array): Float32Array {
  const most = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
