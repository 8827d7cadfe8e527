// The text of an SVG file made fit to stand in a page beside others: identifiers that no other picture has, so that one
// does not clip by another's shape, and without the descriptions of every single point, which are most of its bytes.
// Pure.
import { type Html, html } from './html.js';

export interface Figure {
  /** What a screen reader says. */
  title: string;
  svg: string;
}

export function inlineFigure({ title, svg }: Figure, index: number): Html {
  const own = svg
    .replace(/ (?:aria-[a-z]+|role)="[^"]*"/g, '')
    .replace(/ id="([^"]+)"/g, ` id="figure${index}-$1"`)
    .replace(/url\(#([^)]+)\)/g, `url(#figure${index}-$1)`)
    .replace(/(xlink:href|href)="#([^"]+)"/g, `$1="#figure${index}-$2"`)
    .replace(/<svg /, '<svg aria-hidden="true" ');
  return html`<figure role="img" aria-label="${title}">${{ html: own }}</figure>`;
}
