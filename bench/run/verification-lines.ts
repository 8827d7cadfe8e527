// What the console says of a verified run: what was checked, what was found, and what that breaks.
import type { Verification } from '../../results/schema.js';
import { formatCount, formatLatencyMs } from './number-format.js';

export function verificationLines(verification: Verification | undefined): string[] {
  if (verification === undefined) return [];
  const { keys, reads, writes, sampledOneIn, unseenReads, undecidedKeys, violations } = verification;
  const sampled = sampledOneIn === 1 ? '' : `, one in ${sampledOneIn} keys`;
  const checked = `${formatCount(reads)} reads and ${formatCount(writes)} writes of ${formatCount(keys)} keys${sampled}`;
  const found = Object.entries(violations).filter(([, count]) => count > 0);
  const counted = found.map(([kind, count]) => `${kind} ${formatCount(count)}`).join(', ');
  return [
    found.length === 0
      ? `Verified: no violation in ${checked}`
      : `Verified: VIOLATIONS in ${checked}: ${counted} (violations.csv)`,
    `  ${auditText(verification)}; ${stalenessText(verification)}`,
    ...(unseenReads > 0
      ? [`  ${formatCount(unseenReads)} reads were not checked: the driver does not say what they read`]
      : []),
    ...(undecidedKeys > 0 ? [`  of ${formatCount(undecidedKeys)} keys it could not be decided`] : []),
    ...(verification.broken.length > 0 ? [`  BROKEN: ${verification.broken.join(', ')}`] : []),
  ];
}

function auditText({ audit: { keys, unread, skipped } }: Verification): string {
  if (skipped !== null) return `no final reads: ${skipped}`;
  const missed = unread > 0 ? `, ${formatCount(unread)} of them in vain` : '';
  return `${formatCount(keys)} keys with acknowledged writes read again at the end${missed}`;
}

function stalenessText({ staleness }: Verification): string {
  const { staleReads, share, ageMs, versionsBehind } = staleness;
  if (ageMs === null || versionsBehind === null) return 'no stale read';
  const age = `${formatLatencyMs(ageMs.p50)} old in the median, ${formatLatencyMs(ageMs.max)} at most`;
  return `${formatCount(staleReads)} stale reads (${(share * 100).toPrecision(2)} %), ${age}, up to ${formatCount(versionsBehind.max)} versions behind`;
}
