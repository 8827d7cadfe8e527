/**
 * A load that knows what it may expect afterwards: each key has one writer, who writes ascending numbers, and
 * some readers. Whatever was acknowledged, and whatever was read, must be there when the power comes back, or a
 * higher number.
 */
import { RkvClient } from '../../client/index.js';

const writers = 64;
const readers = 4;
const keysOfWriter = 20;

export interface Loss {
  /** Keys whose last acknowledged number is not there, nor a higher one. */
  lostWrites: number;
  /** Keys of which a number was read that is not there, nor a higher one. */
  lostReads: number;
}

export class RegisterLoad {
  /** Writes that were acknowledged. */
  acknowledged = 0;
  /** By key: the highest numbers that were issued, acknowledged and read. */
  readonly #issued = new Map<string, number>();
  readonly #acked = new Map<string, number>();
  readonly #read = new Map<string, number>();

  /** Runs until the connections break or `isOver`. Resolves when every client has ended. */
  async run(port: number, isOver: () => boolean): Promise<void> {
    const clients = await Promise.all(
      Array.from({ length: writers + readers }, () => RkvClient.connect({ host: '127.0.0.1', port })),
    );
    await Promise.all(
      clients.map(async (client, index) => {
        try {
          for (let step = 0; !isOver(); step++) {
            if (index < writers) await this.#write(client, `${index}:${step % keysOfWriter}`);
            else await this.#look(client, `${(step * 7 + index) % writers}:${step % keysOfWriter}`);
          }
        } catch {
          // The server has gone: what was on the way may have happened or not.
        } finally {
          client.close();
        }
      }),
    );
  }

  /** Compares with what a server has after the power was lost, and goes on from there. */
  async verify(port: number): Promise<Loss> {
    const client = await RkvClient.connect({ host: '127.0.0.1', port });
    const loss = { lostWrites: 0, lostReads: 0 };
    try {
      for (const key of this.#issued.keys()) {
        const found = numberOf((await client.get(key)).value);
        if (found < (this.#acked.get(key) ?? 0)) loss.lostWrites++;
        if (found < (this.#read.get(key) ?? 0)) loss.lostReads++;
        this.#acked.set(key, found);
        this.#read.set(key, found);
      }
    } finally {
      client.close();
    }
    return loss;
  }

  async #write(client: RkvClient, key: string): Promise<void> {
    const next = (this.#issued.get(key) ?? 0) + 1;
    this.#issued.set(key, next);
    await client.put(key, `${next} ${'x'.repeat(next % 200)}`);
    this.#acked.set(key, next);
    this.acknowledged++;
  }

  async #look(client: RkvClient, key: string): Promise<void> {
    const found = numberOf((await client.get(key)).value);
    if (found > (this.#read.get(key) ?? 0)) this.#read.set(key, found);
  }
}

/** 0 when there is no value. */
function numberOf(value: Buffer | null): number {
  return value === null ? 0 : Number.parseInt(value.toString(), 10);
}
