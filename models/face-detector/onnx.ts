/** One axis of an input or output: a fixed extent, or the name of a variable one. */
export type Dim = number | string;
type Attribute = number | string | readonly number[];

// TensorProto.DataType, AttributeProto.AttributeType and field numbers below are those of onnx.proto3, IR version 8.
const FLOAT = 1;
const INT64 = 7;
const IR_VERSION = 8;
const OPSET = 17;
const INT_ATTRIBUTE = 2;
const STRING_ATTRIBUTE = 3;
const INTS_ATTRIBUTE = 7;

function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const out: number[] = [];
  do {
    out.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(out);
}

const int = (field: number, value: number) => Buffer.concat([varint(field << 3), varint(value)]);

function bytes(field: number, value: Uint8Array | string): Buffer {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function attribute(name: string, value: Attribute): Uint8Array {
  const content =
    typeof value === 'number'
      ? [int(3, value), int(20, INT_ATTRIBUTE)]
      : typeof value === 'string'
        ? [bytes(4, value), int(20, STRING_ATTRIBUTE)]
        : [...value.map((each) => int(8, each)), int(20, INTS_ATTRIBUTE)];
  return bytes(5, Buffer.concat([bytes(1, name), ...content]));
}

/** Writes an ONNX graph as protocol buffer bytes: the few messages of onnx.proto3 that a feed-forward network needs. */
export class OnnxGraph {
  readonly #nodes: Uint8Array[] = [];
  readonly #initializers: Uint8Array[] = [];
  readonly #interface: Uint8Array[] = [];
  #next = 0;

  /** A float32 constant; returns its name. */
  floats(dims: readonly number[], data: Float32Array): string {
    return this.#initializer(dims, FLOAT, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /** A one-dimensional int64 constant; returns its name. */
  ints(values: readonly number[]): string {
    const data = BigInt64Array.from(values.map(BigInt));
    return this.#initializer([values.length], INT64, new Uint8Array(data.buffer));
  }

  /** Returns the name of the node's only output. An empty input name is an optional input left out. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute> = {},
    output = this.#name(),
  ): string {
    const parts = [
      ...inputs.map((input) => bytes(1, input)),
      bytes(2, output),
      bytes(4, op),
      ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    ];
    this.#nodes.push(bytes(1, Buffer.concat(parts)));
    return output;
  }

  input(name: string, dims: readonly Dim[]): void {
    this.#value(11, name, dims);
  }

  output(name: string, dims: readonly Dim[]): void {
    this.#value(12, name, dims);
  }

  serialize(producer: string): Buffer {
    const graph = [...this.#nodes, bytes(2, producer), ...this.#initializers, ...this.#interface];
    const opset = Buffer.concat([bytes(1, ''), int(2, OPSET)]);
    return Buffer.concat([
      int(1, IR_VERSION),
      bytes(2, producer),
      bytes(7, Buffer.concat(graph)),
      bytes(8, opset),
    ]);
  }

  #name(): string {
    return `v${this.#next++}`;
  }

  #initializer(dims: readonly number[], type: number, raw: Uint8Array): string {
    const name = this.#name();
    const tensor = [...dims.map((dim) => int(1, dim)), int(2, type), bytes(8, name), bytes(9, raw)];
    this.#initializers.push(bytes(5, Buffer.concat(tensor)));
    return name;
  }

  #value(field: 11 | 12, name: string, dims: readonly Dim[]): void {
    const shape = dims.map((dim) => bytes(1, typeof dim === 'number' ? int(1, dim) : bytes(2, dim)));
    const tensor = Buffer.concat([int(1, FLOAT), bytes(2, Buffer.concat(shape))]);
    this.#interface.push(bytes(field, Buffer.concat([bytes(1, name), bytes(2, bytes(1, tensor))])));
  }
}
