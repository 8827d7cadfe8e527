import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Annotation } from '../results/schema.js';
import { annotationLabels } from './annotation-layers.js';
import { textWidth } from './font.js';

const axis = { endSeconds: 100, widthPx: 700, hasTitle: true };

interface Drawn {
  text: string;
  xPx: number;
  yPx: number;
}

function labelsOf(annotations: Annotation[]): Drawn[] {
  const text = annotationLabels(annotations, axis).layers[1];
  const data = text?.data as { values: Drawn[] } | undefined;
  return data?.values ?? [];
}

const annotation = fc.record({
  kind: fc.constantFrom('fault' as const, 'warm-up' as const),
  label: fc.string({ maxLength: 12 }),
  fromSeconds: fc.integer({ min: 0, max: 100 }),
  toSeconds: fc.integer({ min: 100, max: 120 }),
});

describe('annotationLabels', () => {
  it('lets no label lie over another', () => {
    fc.assert(
      fc.property(fc.array(annotation, { maxLength: 7 }), (annotations) => {
        const drawn = labelsOf(annotations);
        expect(drawn).toHaveLength(annotations.length);
        for (const [i, a] of drawn.entries()) {
          for (const b of drawn.slice(i + 1)) {
            const [left, right] = a.xPx <= b.xPx ? [a, b] : [b, a];
            const isApart = a.yPx !== b.yPx || left.xPx + textWidth(left.text, 11) <= right.xPx;
            expect(isApart, `${a.text} and ${b.text}`).toBe(true);
          }
        }
      }),
    );
  });

  it('keeps a label at the end of the run inside the picture', () => {
    const [label] = labelsOf([{ kind: 'fault', label: 'kill node3', fromSeconds: 99, toSeconds: 100 }]);
    expect(label!.xPx + textWidth('kill node3', 11)).toBeLessThanOrEqual(axis.widthPx);
  });

  it('needs no space without annotations', () => {
    expect(annotationLabels([], axis)).toEqual({ heightPx: 0, layers: [] });
  });
});
