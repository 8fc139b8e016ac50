/** The same function, which works out each answer once. */
export function remembered<T>(of: (n: number) => T): (n: number) => T {
  const known = new Map<number, T>();
  return (n) => {
    if (!known.has(n)) known.set(n, of(n));
    return known.get(n)!;
  };
}
