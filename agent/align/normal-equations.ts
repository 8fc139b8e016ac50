const N = 6;
const factor = new Float64Array(N * N);

/**
 * Solves H x = r for a symmetric positive definite H of 6 x 6, of which the upper triangle is given, by Cholesky.
 *
 * @returns false when H is singular or not a number
 */
export function solve(hessian: Float64Array, right: Float64Array, x: Float64Array): boolean {
  for (let i = 0; i < N; i++) {
    for (let j = i; j < N; j++) {
      let sum = hessian[i * N + j]!;
      for (let k = 0; k < i; k++) sum -= factor[k * N + i]! * factor[k * N + j]!;
      if (i === j) {
        if (!(sum > 1e-9)) return false;
        factor[i * N + i] = Math.sqrt(sum);
      } else factor[i * N + j] = sum / factor[i * N + i]!;
    }
  }
  for (let i = 0; i < N; i++) {
    let sum = right[i]!;
    for (let k = 0; k < i; k++) sum -= factor[k * N + i]! * x[k]!;
    x[i] = sum / factor[i * N + i]!;
  }
  for (let i = N - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < N; k++) sum -= factor[i * N + k]! * x[k]!;
    x[i] = sum / factor[i * N + i]!;
  }
  return true;
}
