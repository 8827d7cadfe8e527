// Where things stand in the summary: the measures of the picture and of its panels. Pure.

export interface SummaryLayout {
  /** Width of the whole picture. */
  widthPx: number;
  /** Width of a panel's plots, first to last column. */
  plotWidthPx: number;
  columnWidthPx: number;
}

export const summarySize = {
  panelHeightPx: 190,
  /** Between two columns of a panel, for the numbers of the second one's axis. */
  columnGapPx: 56,
  /** Between the numbers of a time axis and the title of the panel below. */
  panelGapPx: 24,
  /** For the numbers of the vertical axes. */
  leftPx: 70,
  /** For the names of the lines. */
  rightPx: 84,
  /** Below the title of the lowest time axis. */
  bottomPx: 18,
  /** Title of a panel, and the names of its columns below it. */
  panelTitleYPx: -36,
  columnTitleYPx: -14,
} as const;

const widthPxMin = 1280;

/** A column that is narrower cannot be read. */
const columnWidthPxMin = 180;

/** The picture is as wide as its columns need: 1,280 up to four operations, then 236 more for each. */
export function summaryLayout(operationCount: number): SummaryLayout {
  const columns = Math.max(1, operationCount);
  const gapsPx = (columns - 1) * summarySize.columnGapPx;
  const plotWidthPx = Math.max(
    widthPxMin - summarySize.leftPx - summarySize.rightPx,
    columns * columnWidthPxMin + gapsPx,
  );
  return {
    widthPx: plotWidthPx + summarySize.leftPx + summarySize.rightPx,
    plotWidthPx,
    columnWidthPx: (plotWidthPx - gapsPx) / columns,
  };
}
