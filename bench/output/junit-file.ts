// A run's verdict and thresholds as JUnit XML, so that a CI shows them as it shows tests: the suite is the run, and
// each threshold a case of it. The verdict is a case that fails unless it is VALID.
import { writeFile } from 'node:fs/promises';
import type { Results } from '../../results/schema.js';

interface Case {
  name: string;
  /** Why it failed; undefined if it did not. */
  failure: string | undefined;
}

/** Rejects with an Error whose `exitCode` is 3 when the file cannot be written. */
export async function writeJunit(path: string, results: Results): Promise<void> {
  try {
    await writeFile(path, junitXml(results));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw Object.assign(new Error(`--junit "${path}" cannot be written (${reason})`), { exitCode: 3 });
  }
}

export function junitXml(results: Results): string {
  const { run, config, verdict, thresholds = [] } = results;
  const cases: Case[] = [
    {
      name: 'verdict is VALID',
      failure: verdict.kind === 'VALID' ? undefined : `${verdict.kind}: ${verdict.reasons.join('; ')}`,
    },
    ...thresholds.map(({ threshold, passed, measured }) => ({
      name: threshold,
      failure: passed ? undefined : `measured: ${measured}`,
    })),
  ];
  const failures = cases.filter(({ failure }) => failure !== undefined).length;
  const counts = `tests="${cases.length}" failures="${failures}" time="${run.measuredSeconds.toFixed(3)}"`;
  const suite = `name="${attribute(`rkv ${config.driver}`)}" timestamp="${run.startedAt}" id="${attribute(run.id)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite ${suite} ${counts}>`,
    ...cases.flatMap(caseLines),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseLines({ name, failure }: Case): string[] {
  const open = `    <testcase classname="rkv" name="${attribute(name)}"`;
  if (failure === undefined) return [`${open}/>`];
  return [`${open}>`, `      <failure message="${attribute(failure)}"/>`, '    </testcase>'];
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function attribute(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character]!).replace(/\s+/g, ' ');
}
