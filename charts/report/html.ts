// Pieces of HTML from texts that may hold anything: operation names, reasons and error texts come from outside. Pure.
import { printable } from '../fit-text.js';

/** HTML that is safe to stand in a page as it is. */
export interface Html {
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escaped(text: string): string {
  return printable(text.replaceAll('\n', ' ')).replace(/[&<>"']/g, (character) => entities[character]!);
}

/** A template whose values are escaped, unless they are HTML already; lists are joined. */
export function html(parts: TemplateStringsArray, ...values: (string | number | Html | Html[])[]): Html {
  const texts = values.map((value) => {
    if (Array.isArray(value)) return value.map((one) => one.html).join('\n');
    return typeof value === 'object' ? value.html : escaped(String(value));
  });
  return { html: parts.reduce((text, part, i) => text + (texts[i - 1] ?? '') + part) };
}

export const nothing: Html = { html: '' };

/** A column of which every cell begins with a digit or a dash is one of numbers, and stands to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): Html {
  const areNumbers = headings.map((_, column) =>
    rows.every((row) => /^(?:[-+<]?\s?[\d–])/.test(row[column] ?? '')),
  );
  const classOf = (column: number): string => (areNumbers[column] === true ? 'number' : '');
  const head = headings.map((text, column) => html`<th scope="col" class="${classOf(column)}">${text}</th>`);
  const body = rows.map(
    (row) => html`<tr>${row.map((text, column) => html`<td class="${classOf(column)}">${text}</td>`)}</tr>`,
  );
  return html`<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** A section with a heading, or nothing where it has no content. */
export function section(title: string, ...content: Html[]): Html {
  const shown = content.filter((one) => one.html !== '');
  return shown.length === 0 ? nothing : html`<section><h2>${title}</h2>${shown}</section>`;
}

/** A list of names and what they are. */
export function facts(pairs: readonly (readonly [name: string, value: string])[]): Html {
  if (pairs.length === 0) return nothing;
  return html`<dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
