// How the report looks: one column, readable on paper and on a screen, without anything from a network.
import { inkColors } from '../palette.js';

export const reportStyle = `
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1320px; padding: 24px 20px 60px; background: ${inkColors.paper}; color: ${inkColors.text};
  font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", Verdana, sans-serif; }
h1 { margin: 0; font-size: 26px; color: ${inkColors.title}; }
h2 { margin: 36px 0 10px; font-size: 19px; color: ${inkColors.title}; border-bottom: 1px solid ${inkColors.grid}; }
h3 { margin: 22px 0 6px; font-size: 15px; color: ${inkColors.title}; }
header p { margin: 4px 0; color: ${inkColors.quiet}; }
.verdict { display: inline-block; margin: 10px 12px 4px 0; padding: 3px 14px; border-radius: 4px; color: ${inkColors.paper};
  font-weight: bold; background: ${inkColors.warning}; }
.verdict.valid { background: #188125; }
.headline { font-size: 20px; font-weight: bold; color: ${inkColors.title}; }
.bad { color: ${inkColors.warning}; }
ul { margin: 6px 0; padding-left: 22px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; }
th, td { padding: 4px 12px 4px 0; text-align: left; border-bottom: 1px solid ${inkColors.grid}; white-space: nowrap;
  vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td:last-child { white-space: normal; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 18px; margin: 8px 0; font-size: 14px; }
dt { color: ${inkColors.quiet}; }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 14px 0; overflow-x: auto; }
figure svg { display: block; max-width: 100%; height: auto; }
svg text { font-family: "DejaVu Sans", Verdana, sans-serif; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 560px), 1fr)); gap: 4px 20px; }
details { margin: 10px 0; }
summary { cursor: pointer; color: ${inkColors.quiet}; }
pre { overflow-x: auto; padding: 10px; background: #f6f7f9; font-size: 12.5px; line-height: 1.4; }
footer { margin-top: 40px; color: ${inkColors.quiet}; font-size: 13px; }
@media print { body { max-width: none; } figure, table { break-inside: avoid; } details { display: none; } }
`;
