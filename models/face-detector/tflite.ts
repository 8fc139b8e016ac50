/** Element types of TensorType in TensorFlow's schema.fbs that these models use. */
const FLOAT32 = 0;
const FLOAT16 = 1;
const INT32 = 2;

export interface Tensor {
  readonly name: string;
  /** As in the file: NHWC for pictures, OHWI for convolution weights. */
  readonly shape: readonly number[];
}

export interface Operator {
  /** BuiltinOperator of schema.fbs. */
  readonly code: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Field `index` of the operator's options table; 0, FlatBuffers' default, when it is absent. */
  option(index: number, bytes?: 1 | 4): number;
}

/** Float16 as IEEE 754-2008 binary16. */
function half(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const mantissa = bits & 1023;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

/**
 * As much of the TensorFlow Lite format (a FlatBuffer, tensorflow/lite/schema/schema.fbs) as dense convolutional models
 * need: the first subgraph, its tensors, constants and operators. Field numbers are those of the schema.
 */
export class TfliteModel {
  readonly tensors: readonly Tensor[];
  readonly operators: readonly Operator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly #bytes: Buffer;
  readonly #constants: readonly { type: number; offset: number; length: number; sparse: boolean }[];

  constructor(bytes: Buffer) {
    if (bytes.toString('latin1', 4, 8) !== 'TFL3')
      throw new Error('not a TensorFlow Lite file: no TFL3 identifier');
    this.#bytes = bytes;
    const model = this.#follow(0);
    // builtin_code (3) is the wide field; files from before it have deprecated_builtin_code (0) alone.
    const codes = this.#tables(model, 1).map((at) => this.#int(at, 3, 4) || this.#int(at, 0, 1));
    const subgraph = this.#tables(model, 2)[0]!;
    const buffers = this.#tables(model, 4).map((at) => this.#vector(at, 0));
    const tensors = this.#tables(subgraph, 0);
    this.tensors = tensors.map((at) => {
      const [from, length] = this.#vector(at, 3);
      return { name: bytes.toString('utf8', from, from + length), shape: this.#ints(at, 0) };
    });
    this.#constants = tensors.map((at) => {
      const [offset, length] = buffers[this.#int(at, 2, 4)]!;
      return { type: this.#int(at, 1, 1), offset, length, sparse: this.#field(at, 6) !== 0 };
    });
    this.inputs = this.#ints(subgraph, 1);
    this.outputs = this.#ints(subgraph, 2);
    this.operators = this.#tables(subgraph, 3).map((at) => {
      const options = this.#field(at, 4) === 0 ? 0 : this.#follow(this.#field(at, 4));
      return {
        code: codes[this.#int(at, 0, 4)]!,
        inputs: this.#ints(at, 1),
        outputs: this.#ints(at, 2),
        option: (index, size = 4) => (options === 0 ? 0 : this.#int(options, index, size)),
      };
    });
  }

  /** Constant data of a tensor as float32, whatever its type in the file. */
  constant(index: number): Float32Array {
    const { type, offset, length, sparse } = this.#constants[index]!;
    const { name } = this.tensors[index]!;
    if (sparse) throw new Error(`tensor ${name} is sparse: use the dense model`);
    const read: Record<number, [number, (at: number) => number]> = {
      [FLOAT32]: [4, (at) => this.#bytes.readFloatLE(at)],
      [FLOAT16]: [2, (at) => half(this.#bytes.readUInt16LE(at))],
      [INT32]: [4, (at) => this.#bytes.readInt32LE(at)],
    };
    const reader = read[type];
    if (reader === undefined)
      throw new Error(`tensor ${name} has element type ${type}, which is not read here`);
    const [size, value] = reader;
    return Float32Array.from({ length: length / size }, (_, i) => value(offset + i * size));
  }

  #follow(at: number): number {
    return at + this.#bytes.readUInt32LE(at);
  }

  /** Where field `index` of the table at `table` lies; 0 when it is absent. */
  #field(table: number, index: number): number {
    const vtable = table - this.#bytes.readInt32LE(table);
    const slot = 4 + 2 * index;
    if (slot >= this.#bytes.readUInt16LE(vtable)) return 0;
    const offset = this.#bytes.readUInt16LE(vtable + slot);
    return offset === 0 ? 0 : table + offset;
  }

  #int(table: number, index: number, size: 1 | 4): number {
    const at = this.#field(table, index);
    if (at === 0) return 0;
    return size === 1 ? this.#bytes.readInt8(at) : this.#bytes.readInt32LE(at);
  }

  /** Offset of the first element and number of elements. */
  #vector(table: number, index: number): [number, number] {
    const field = this.#field(table, index);
    if (field === 0) return [0, 0];
    const at = this.#follow(field);
    return [at + 4, this.#bytes.readUInt32LE(at)];
  }

  #ints(table: number, index: number): number[] {
    const [at, length] = this.#vector(table, index);
    return Array.from({ length }, (_, i) => this.#bytes.readInt32LE(at + 4 * i));
  }

  #tables(table: number, index: number): number[] {
    const [at, length] = this.#vector(table, index);
    return Array.from({ length }, (_, i) => this.#follow(at + 4 * i));
  }
}
