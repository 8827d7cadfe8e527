// What `--sink` may say: `prometheus:9464`, `otlp:http://127.0.0.1:4318`, `jsonl:windows.jsonl`, `jsonl:-`. Pure.

export type SinkSpec =
  /** A page for Prometheus to scrape. */
  | { kind: 'prometheus'; host: string; port: number }
  /** OpenTelemetry's protocol over HTTP; the address of the metrics, path included. */
  | { kind: 'otlp'; url: string }
  /** A line of JSON per window; `-` is the standard output. */
  | { kind: 'jsonl'; file: string };

const right =
  'write prometheus:9464, otlp:http://127.0.0.1:4318 or jsonl:windows.jsonl (jsonl:- for the standard output)';

/** The sink that a text names, or a sentence that says what is right. */
export function parseSink(text: string): SinkSpec | string {
  const [, kind, rest] = /^([a-z]+):(.+)$/.exec(text) ?? [];
  if (rest === undefined) return `"${text}" is no sink; ${right}`;
  switch (kind) {
    case 'jsonl':
      return { kind, file: rest };
    case 'prometheus':
      return prometheusSpec(text, rest);
    case 'otlp':
      return otlpSpec(text, rest);
    default:
      return `"${text}": there is no sink "${kind}"; ${right}`;
  }
}

function prometheusSpec(text: string, rest: string): SinkSpec | string {
  const [, host = '127.0.0.1', digits = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(rest) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65_535) return `"${text}": "${rest}" is no port; for example prometheus:9464`;
  return { kind: 'prometheus', host, port };
}

function otlpSpec(text: string, rest: string): SinkSpec | string {
  if (!URL.canParse(rest) || !/^https?:$/.test(new URL(rest).protocol))
    return `"${text}": "${rest}" is no address; for example otlp:http://127.0.0.1:4318`;
  const url = new URL(rest);
  // As the environment variables of OpenTelemetry have it: a bare address gets the path of the signal.
  if (url.pathname === '/' || url.pathname === '') url.pathname = '/v1/metrics';
  return { kind: 'otlp', url: url.href };
}
