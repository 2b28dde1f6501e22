/** Style of the page: light and dark by the reader's setting, readable on paper. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b2430;--soft:#5a6675;--paper:#fbfbfa;--card:#fff;--rule:#dfe3e8;--bar:#2f6f9f;--good:#1f7a4d;--warn:#9a6700;--bad:#b42318}
@media (prefers-color-scheme:dark){:root{--ink:#e7ebf0;--soft:#9aa7b5;--paper:#12161b;--card:#1a2027;--rule:#2c343d;--bar:#6db0de;--good:#5cc48f;--warn:#e0b050;--bad:#ff8a7a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header,main{max-width:68rem;margin:0 auto;padding:0 1.25rem}
header{display:flex;flex-wrap:wrap;align-items:baseline;gap:.5rem 1.25rem;padding-top:2rem}
h1{font-size:1.6rem;margin:0}
h2{font-size:1.2rem;margin:0;overflow-wrap:anywhere}
h3{font-size:1rem;margin:1.75rem 0 .5rem}
.verdict{margin:0;font-weight:600}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
section{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:1.25rem 1.5rem;margin:1.25rem 0}
.about,.cost,figure p{color:var(--soft);font-size:.875rem;margin:.25rem 0 0;overflow-wrap:anywhere}
.cost{margin:.25rem 0 1rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8rem,1fr));gap:.75rem;margin:1.25rem 0}
.tile{border-top:2px solid var(--rule);padding-top:.4rem}
.tile dt{color:var(--soft);font-size:.8rem}
.tile dd{margin:0;font-size:1.35rem;font-variant-numeric:tabular-nums}
.tile.good dd{color:var(--good)}.tile.warn dd{color:var(--warn)}.tile.bad dd{color:var(--bad)}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr));gap:1.5rem}
figure{margin:0}
figcaption{font-weight:600;margin-bottom:.25rem}
svg{width:100%;height:auto;display:block}
svg text{fill:var(--soft);font-size:11px}
svg line{stroke:var(--rule)}
.bar{fill:var(--bar)}.hit{fill:transparent}
g:hover .bar{opacity:.7}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th{text-align:left;font-weight:600}
td,th{padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--rule);vertical-align:top}
.number{font-variant-numeric:tabular-nums;white-space:nowrap}
.wide{overflow-x:auto;margin-top:1rem}
.more{color:var(--soft);font-size:.875rem;margin:.75rem 0 0}
.badge{font-size:.75rem;font-weight:600}
.error .badge{color:var(--bad)}.warning .badge{color:var(--warn)}
pre{margin:.35rem 0 0;padding:.4rem .6rem;background:var(--paper);border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.8rem}
mark{background:none;color:inherit;border-bottom:2px solid var(--bad)}
.warning mark{border-color:var(--warn)}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.shares td:nth-child(2){width:60%}
.share{height:.8rem;background:var(--bar);border-radius:3px;min-width:2px}
@media (max-width:40rem){header,main{padding-inline:.75rem}section{padding:1rem}.wide thead{position:absolute;clip-path:inset(50%)}.wide tr{display:block;border-bottom:1px solid var(--rule);padding:.5rem 0}.wide td{display:inline-block;border:0;padding:0 .6rem 0 0;overflow-wrap:anywhere}.wide td:last-child{display:block}}
@media print{:root{--ink:#1b2430;--soft:#5a6675;--paper:#fff;--card:#fff;--rule:#ccc;--bar:#2f6f9f;--good:#1f7a4d;--warn:#9a6700;--bad:#b42318}section{break-inside:auto}tr,figure{break-inside:avoid}}
`;
