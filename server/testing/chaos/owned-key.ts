/**
 * What is known of a key with one writer, whose writes are numbered: which number may be seen, and which must not
 * have been lost. Puts and deletes share the numbers. Used with sloppy requests, which promise no more than that
 * what was acknowledged is there in the end, or something newer.
 */

/** A value that names its write; its body follows from both, so that a damaged one is found. */
export function ownedValue(key: string, number: number): Buffer {
  return Buffer.from(`${number}:${key}:${filler(key, number)}`);
}

export class OwnedKey {
  readonly key: string;
  /** The highest number that was given to a write. */
  issued = 0;
  /** The highest number that was acknowledged. */
  acknowledged = 0;
  /** Numbers of deletes, from the last acknowledged one on. */
  #deletes: number[] = [];
  /** Numbers of which the writer was told that nothing was done, as far as it matters. */
  #refused: number[] = [];

  constructor(key: string) {
    this.key = key;
  }

  issue(isDelete: boolean): number {
    this.issued++;
    if (isDelete) this.#deletes.push(this.issued);
    return this.issued;
  }

  acknowledge(number: number): void {
    this.acknowledged = number;
    this.#deletes = this.#deletes.filter((deleted) => deleted >= number);
    this.#refused = this.#refused.filter((refused) => refused > number);
  }

  refuse(number: number): void {
    this.#refused.push(number);
    this.#deletes = this.#deletes.filter((deleted) => deleted !== number);
  }

  /** What is wrong with a value that was read while writes went on; undefined if nothing is. */
  readMistake(value: Buffer | null): string | undefined {
    const number = value === null ? 0 : numberOf(this.key, value);
    if (number === undefined) return `${this.key} has a value that nobody wrote: ${quoted(value)}`;
    if (this.#refused.includes(number))
      return `${this.key} shows write ${number}, of which it was said that nothing was done`;
    return number > this.issued ? `${this.key} shows write ${number} of ${this.issued}` : undefined;
  }

  /** What is wrong with what there is when all is quiet; undefined if nothing is. */
  finalMistake(value: Buffer | null): string | undefined {
    const { key, acknowledged } = this;
    if (value === null) {
      const isDeleted = acknowledged === 0 || this.#deletes.length > 0;
      return isDeleted ? undefined : `${key} is lost: put ${acknowledged} was acknowledged`;
    }
    const mistake = this.readMistake(value);
    if (mistake !== undefined) return mistake;
    const number = numberOf(key, value)!;
    if (number >= acknowledged) return undefined;
    const isResurrected = this.#deletes.includes(acknowledged);
    return isResurrected
      ? `${key} is back with write ${number}: delete ${acknowledged} was acknowledged`
      : `${key} has gone back to write ${number}: write ${acknowledged} was acknowledged`;
  }
}

/** The number of the write, if it is a whole value of that key. */
function numberOf(key: string, value: Buffer): number | undefined {
  const number = Number.parseInt(value.toString('latin1'), 10);
  return Number.isSafeInteger(number) && value.equals(ownedValue(key, number)) ? number : undefined;
}

/** 0 to 200 bytes that follow from the key and the number. */
function filler(key: string, number: number): string {
  const letter = String.fromCharCode(97 + ((number + key.length) % 26));
  return letter.repeat((number * 31 + key.charCodeAt(key.length - 1)) % 201);
}

function quoted(value: Buffer | null): string {
  return JSON.stringify(value?.toString('latin1').slice(0, 60));
}
