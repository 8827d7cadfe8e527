// The text format 0.0.4 of Prometheus, as far as it is needed to record samples: a name with its labels, and a value.

export interface PrometheusSample {
  /** Name and labels as they stand there: `http_requests_total{method="post"}`. */
  series: string;
  value: number;
}

const line = /^([a-zA-Z_:][\w:]*(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?)\s+(\S+)(?:\s+-?\d+)?$/;

/** Samples in their order, `max` at most; buckets of histograms, comments and what is no number are left out. */
export function parsePrometheusText(text: string, max: number): PrometheusSample[] {
  const samples: PrometheusSample[] = [];
  for (const one of text.split('\n')) {
    if (samples.length >= max) break;
    const match = line.exec(one.trim());
    if (match === null) continue;
    const [, series = '', number = ''] = match;
    const value = Number(number);
    if (number === '' || !Number.isFinite(value) || /_bucket(\{|$)/.test(series)) continue;
    samples.push({ series, value });
  }
  return samples;
}
