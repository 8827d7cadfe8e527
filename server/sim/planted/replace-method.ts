/** Replaces a method of a class; the new one is made from the old. Returns what puts that back. */
export function replaceMethod<T, K extends keyof T>(
  prototype: T,
  name: K,
  make: (old: T[K]) => T[K],
): () => void {
  const old = prototype[name];
  prototype[name] = make(old);
  return () => {
    prototype[name] = old;
  };
}
