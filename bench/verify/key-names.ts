// The bytes behind the numbers of keys: to read them again, to name them, and to notice when two keys share a number.
// Holds a name for each key that the history holds, and gives up those that it gives up.

export class KeyNames {
  readonly #names = new Map<number, Buffer>();
  /** Numbers of more than one key: nothing can be said of either. */
  readonly mixed = new Set<number>();

  /** Notes that the key with this number has these bytes, which are copied. */
  note(number: number, bytes: Buffer): void {
    const known = this.#names.get(number);
    if (known === undefined) this.#names.set(number, Buffer.from(bytes));
    else if (!known.equals(bytes)) this.mixed.add(number);
  }

  nameOf(number: number): Buffer | undefined {
    return this.#names.get(number);
  }

  keepOnly(isKept: (number: number) => boolean): void {
    for (const number of this.#names.keys()) if (!isKept(number)) this.#names.delete(number);
  }
}
