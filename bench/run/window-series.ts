// One or two figures of every window of the measured phase, for the test of the steady state and the verdict. Of a
// long run every second, every fourth ... window is kept, so that an endurance run needs no more than an hour's.
import type { WindowFigures } from '../statistics/index.js';

const windowsKeptMax = 4096;

export class WindowSeries {
  readonly kept: WindowFigures[] = [];
  #stride = 1;
  #seen = 0;

  add(figures: WindowFigures): void {
    if (this.#seen++ % this.#stride !== 0) return;
    this.kept.push(figures);
    if (this.kept.length < windowsKeptMax) return;
    const halved = this.kept.filter((_, index) => index % 2 === 0);
    this.kept.splice(0, this.kept.length, ...halved);
    this.#stride *= 2;
  }
}
