// report.html: a run in one file that needs nothing else, neither a network nor a font nor a script, so that it can be
// mailed, kept with a ticket and opened in ten years. The charts stand in it as the SVG that the PNGs are made of. Pure.
import type { RunTables } from '../../results/read-run.js';
import { describeRun } from '../describe-run.js';
import { type Html, html, nothing, section, table } from './html.js';
import { type Figure, inlineFigure } from './inline-svg.js';
import {
  configurationSection,
  errorsSection,
  faultsSection,
  machineSection,
  operationsSection,
  scheduleSection,
  thresholdsSection,
  verdictSection,
  verificationSection,
} from './report-sections.js';
import { reportStyle } from './report-style.js';

/** The summary, and the charts of each operation, in the order in which they are to be read. */
export interface ReportFigures {
  summary: Figure;
  operations: readonly { name: string; figures: readonly Figure[] }[];
}

/** Violations that are listed; violations.csv has no more than some of each kind either. */
const violationsMax = 100;

export function reportHtml(run: RunTables, { summary, operations }: ReportFigures): string {
  const { results } = run;
  const title = results === null ? 'Run' : `Run ${results.run.id}`;
  let number = 0;
  const figure = (one: Figure): Html => inlineFigure(one, number++);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<title>${title} · rkv</title>
<style>${{ html: reportStyle }}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${describeRun(results)?.line ?? 'without results.json: nothing is known of the run but its tables'}</p>
${results === null ? nothing : verdictSection(results)}
</header>
${results === null ? nothing : operationsSection(results)}
${section('The run', figure(summary))}
${results === null ? nothing : thresholdsSection(results)}
${results === null ? nothing : scheduleSection(results)}
${results === null ? nothing : errorsSection(results)}
${annotationsSection(run)}
${results === null ? nothing : faultsSection(results)}
${results === null ? nothing : verificationSection(results)}
${violationsSection(run)}
${operations.map(({ name, figures }) => section(name, html`<div class="pair">${figures.map(figure)}</div>`))}
${results === null ? nothing : configurationSection(results)}
${results === null ? nothing : machineSection(results)}
<footer>Made by rkv from the files of the run folder; every number is in results.json and the CSV files beside it.</footer>
</body>
</html>
`;
  return page.html;
}

function annotationsSection({ results }: RunTables): Html {
  const annotations = results?.annotations ?? [];
  if (annotations.length === 0) return nothing;
  const rows = annotations.map(({ kind, label, fromSeconds, toSeconds }) => [
    kind,
    label,
    `${fromSeconds.toFixed(1)} s`,
    `${toSeconds.toFixed(1)} s`,
  ]);
  return section('Phases', table(['kind', 'what', 'from', 'to'], rows));
}

function violationsSection({ violations = [] }: RunTables): Html {
  if (violations.length === 0) return nothing;
  const rows = violations
    .slice(0, violationsMax)
    .map(({ seconds, kind, key, detail }) => [`${seconds.toFixed(3)} s`, kind, key, detail]);
  return section('Violations, the first ones of each kind', table(['at', 'kind', 'key', 'what'], rows));
}
