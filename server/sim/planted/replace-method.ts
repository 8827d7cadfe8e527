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

/** The same of a getter, which gives one value from then on. */
export function replaceGetter<T extends object, K extends keyof T & string>(
  prototype: T,
  name: K,
  value: T[K],
): () => void {
  const old = Object.getOwnPropertyDescriptor(prototype, name)!;
  Object.defineProperty(prototype, name, { ...old, get: () => value });
  return () => {
    Object.defineProperty(prototype, name, old);
  };
}
