// The head of a chart: title, the line about the run, and a red badge with reasons when the verdict is not
// VALID. Placed above the plot by hand rather than by Vega's title, which has neither badge nor colours.
import { boxLayer, type ChartLayer, textLayer } from './chart-layer.js';
import type { RunDescription } from './describe-run.js';
import { fitText, wrapText } from './fit-text.js';
import { textWidth } from './font.js';
import { inkColors } from './palette.js';

export interface Header {
  heightPx: number;
  /** Drawn with the left upper corner of the picture at (`leftPx`, `topPx`) of the plot's coordinates. */
  layers(leftPx: number, topPx: number): ChartLayer[];
}

const marginPx = 18;
const titleSizePx = 18;
const lineSizePx = 12;
const badgeSizePx = 12;
const reasonLinesMax = 2;

/** For a picture that is `widthPx` wide. */
export function header(title: string, run: RunDescription | null, widthPx: number): Header {
  const roomPx = widthPx - 2 * marginPx;
  const warning = run?.warning ?? null;
  const badgeWidthPx = warning === null ? 0 : textWidth(warning.verdict, badgeSizePx, 'bold') + 20;
  const reasons =
    warning === null || warning.reasons === ''
      ? []
      : wrapText(warning.reasons, roomPx, reasonLinesMax, { sizePx: lineSizePx });
  const titleRoomPx = roomPx - (badgeWidthPx === 0 ? 0 : badgeWidthPx + 16);
  const fittedTitle = fitText(title, titleRoomPx, { sizePx: titleSizePx, face: 'bold' });

  function layers(leftPx: number, topPx: number): ChartLayer[] {
    const xPx = leftPx + marginPx;
    const drawn = [
      textLayer({
        text: fittedTitle,
        xPx,
        yPx: topPx + 28,
        sizePx: titleSizePx,
        color: inkColors.title,
        bold: true,
      }),
    ];
    if (run !== null) {
      const text = fitText(run.line, roomPx, { sizePx: lineSizePx });
      drawn.push(textLayer({ text, xPx, yPx: topPx + 52, sizePx: lineSizePx, color: inkColors.quiet }));
    }
    for (const [i, text] of reasons.entries()) {
      drawn.push(
        textLayer({ text, xPx, yPx: topPx + 72 + i * 17, sizePx: lineSizePx, color: inkColors.warning }),
      );
    }
    if (warning !== null) {
      const badgeLeftPx = leftPx + widthPx - marginPx - badgeWidthPx;
      drawn.push(
        boxLayer({
          xPx: badgeLeftPx,
          yPx: topPx + 17,
          widthPx: badgeWidthPx,
          heightPx: 22,
          color: inkColors.warning,
          radiusPx: 4,
        }),
        textLayer({
          text: warning.verdict,
          xPx: badgeLeftPx + badgeWidthPx / 2,
          yPx: topPx + 28,
          sizePx: badgeSizePx,
          color: inkColors.paper,
          bold: true,
          align: 'center',
        }),
      );
    }
    return drawn;
  }

  return { heightPx: (run === null ? 44 : 66) + reasons.length * 17, layers };
}
