// What the generator itself consumes during a run: CPU time and resident memory.

/** Memory is first noted after this long, when buffers and compiled code have settled. */
const earlyMs = 60_000;
const sampleMs = 500;

export class ResourceProbe {
  #cpuAtStart = process.cpuUsage();
  #rssMax = process.memoryUsage.rss();
  #rssEarly = this.#rssMax;
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    const startedMs = performance.now();
    this.#cpuAtStart = process.cpuUsage();
    this.#rssEarly = process.memoryUsage.rss();
    this.#rssMax = this.#rssEarly;
    let isEarly = true;
    this.#timer = setInterval(() => {
      const rss = process.memoryUsage.rss();
      this.#rssMax = Math.max(this.#rssMax, rss);
      if (isEarly && performance.now() - startedMs >= earlyMs) {
        this.#rssEarly = rss;
        isEarly = false;
      }
    }, sampleMs);
  }

  /** CPU time in microseconds, user and system, and memory in bytes. */
  stop(): { cpuUs: number; rssBytesMax: number; rssBytesEarly: number; rssBytesEnd: number } {
    clearInterval(this.#timer);
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    const rssBytesEnd = process.memoryUsage.rss();
    return {
      cpuUs: user + system,
      rssBytesMax: Math.max(this.#rssMax, rssBytesEnd),
      rssBytesEarly: this.#rssEarly,
      rssBytesEnd,
    };
  }
}
