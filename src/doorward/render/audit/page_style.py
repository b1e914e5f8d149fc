"""The style sheet of pages about audits: light, dark, and on paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorward.render.audit.pictures import STYLE_ON_PAGE
from doorward.render.palette import DARK, LIGHT, MONO, SANS


def _properties(colors: Mapping[str, str]) -> str:
    return ";".join(f"--{role}:{color}" for role, color in colors.items())


_SEVERITIES: Final = {"critical": "deny", "high": "high", "medium": "silent", "low": "low"}
_TONES: Final = {**_SEVERITIES, "pass": "allow"}

_TONED: Final = "".join(
    f".{name}{{color:var(--{tone})}}"
    f".badge.{name},.tile.{name}{{background:var(--{tone}-ground);border-color:var(--{tone})}}"
    f".bar .{name}{{fill:var(--{tone})}}"
    for name, tone in _TONES.items()
)

STYLE: Final = (
    f":root{{color-scheme:light dark;{_properties(LIGHT)}}}"
    f"@media screen and (prefers-color-scheme:dark){{:root{{{_properties(DARK)}}}}}"
    f"*{{box-sizing:border-box}}"
    f"body{{margin:0;font:15px/1.5 {SANS};color:var(--ink);background:var(--page);"
    "overflow-wrap:anywhere}"
    "header,main,footer{max-width:66rem;margin:0 auto;padding:0 1.5rem}"
    "header{padding-top:2rem}footer{padding-bottom:3rem;color:var(--soft);font-size:.875rem}"
    "h1{font-size:1.7rem;line-height:1.25;margin:0 0 .5rem}"
    "h2{font-size:1.25rem;line-height:1.3;margin:2.5rem 0 .75rem}"
    "h3{font-size:1rem;line-height:1.4;margin:1.5rem 0 .25rem}"
    "p{margin:.5rem 0}a{color:var(--low)}"
    f"code,pre{{font:.8125rem/1.5 {MONO}}}"
    ".quiet{color:var(--soft)}.hidden,[hidden]{display:none!important}"
    ".facts{display:flex;flex-wrap:wrap;gap:.15rem 1.5rem;margin:0;color:var(--soft)}"
    ".facts div{display:flex;gap:.4rem}.facts dt{margin:0}.facts dd{margin:0;color:var(--ink)}"
    ".tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.5rem,1fr));gap:.75rem;"
    "list-style:none;margin:1.25rem 0 0;padding:0}"
    ".tile{border:1px solid var(--line);border-radius:8px;padding:.6rem .9rem;"
    "background:var(--card)}"
    ".tile b{display:block;font-size:1.7rem;line-height:1.2;font-variant-numeric:tabular-nums}"
    ".tile.none{color:var(--soft);background:var(--card);border-color:var(--line)}"
    ".callout{border:1px solid var(--silent);border-inline-start-width:6px;border-radius:8px;"
    "background:var(--silent-ground);padding:.25rem 1.25rem 1rem;margin:2rem 0 0}"
    ".callout.error{border-color:var(--deny);background:var(--deny-ground)}"
    ".callout h2{margin-top:.75rem}"
    "table{border-collapse:collapse;width:100%;font-size:.875rem}"
    "th,td{text-align:start;vertical-align:top;padding:.35rem .75rem .35rem 0;"
    "border-bottom:1px solid var(--line);font-weight:inherit}"
    "thead th{font-weight:600;color:var(--soft);white-space:nowrap}"
    "@media not all and (max-width:40rem){th,td{overflow-wrap:break-word}"
    "td code,td.free{overflow-wrap:anywhere}}"
    "td.state{white-space:nowrap}"
    "td.number,th.number{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".bar{display:block;width:9rem;height:.75rem;margin-top:.3rem}.bar .ground{fill:var(--card);"
    "stroke:var(--line)}"
    ".badge{display:inline-block;border:1px solid var(--line);border-radius:5px;padding:0 .4em;"
    "font-size:.8125rem;font-weight:600;white-space:nowrap}"
    "figure{margin:1rem 0 2rem;overflow-x:auto}"
    "figure svg{display:block;width:100%;min-width:44rem;height:auto;border:1px solid var(--line);"
    "border-radius:8px}"
    "figcaption{color:var(--soft);font-size:.875rem;margin-bottom:.4rem}"
    "fieldset{border:0;margin:0;padding:0;display:contents}legend{float:left;padding:0;"
    "margin-inline-end:.5rem}"
    ".filters{display:flex;flex-wrap:wrap;gap:.6rem 1.25rem;align-items:center;padding:.9rem 1rem;"
    "background:var(--card);border:1px solid var(--line);border-radius:8px}"
    ".filters label{display:inline-flex;gap:.35rem;align-items:center}"
    ".group{display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:center}"
    "select,input[type=search],button{font:inherit;color:var(--ink);background:var(--page);"
    "border:1px solid var(--line);border-radius:6px;padding:.25rem .5rem;max-width:16rem}"
    "button{cursor:pointer}button:hover{border-color:var(--ink)}"
    ":focus-visible{outline:2px solid var(--low);outline-offset:2px}"
    ".finding{border:1px solid var(--line);border-radius:6px;margin:.25rem 0;"
    "background:var(--page)}"
    ".finding>summary{cursor:pointer;padding:.4rem .75rem;border-radius:6px}"
    ".finding>summary:hover{background:var(--card)}"
    ".finding[open]>summary{border-bottom:1px solid var(--line);border-radius:6px 6px 0 0}"
    ".finding .said{margin-inline-start:.75rem}"
    ".finding .inside{padding:.5rem 1rem 1rem}"
    ".evidence{display:grid;grid-template-columns:fit-content(14rem) minmax(0,1fr);"
    "gap:.2rem 1rem;margin:.5rem 0}"
    ".evidence div{display:contents}.evidence dt{color:var(--soft)}.evidence dd{margin:0}"
    ".finding .head{font-size:.875rem;font-weight:600;margin:1rem 0 .25rem}"
    "pre{white-space:pre-wrap;margin:.25rem 0;padding:.6rem .75rem;background:var(--card);"
    "border:1px solid var(--line);border-radius:6px}"
    ".command{display:flex;gap:.5rem;align-items:flex-start}.command pre{flex:1;min-width:0}"
    ".command button{margin-top:.25rem}"
    ".diff span{display:block;padding-inline-start:1.2em;text-indent:-1.2em}"
    ".diff .goes{background:var(--deny-ground);color:var(--deny)}"
    ".diff .comes{background:var(--allow-ground);color:var(--allow)}"
    ".diff .gap{color:var(--soft)}"
    # In a narrow window each cell of a table has a line of its own.
    "@media screen and (max-width:40rem){header,main,footer{padding-inline:.75rem}"
    ".callout{padding:.25rem .75rem 1rem}thead{display:none}"
    "tr,td,th,td.number{display:block;text-align:start;border:0;padding:.1rem 0}"
    "tr{border-bottom:1px solid var(--line);padding:.4rem 0}}"
    + _TONED
    + STYLE_ON_PAGE
    + "@page{size:A4;margin:15mm 14mm}"
    "@media print{body{font-size:10.5pt}header,main,footer{max-width:none;padding:0}"
    "header{padding-top:0}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}"
    ".filters,button,.screen{display:none!important}"
    "h2,h3,.head{break-after:avoid}tr,.tile,.evidence,.command{break-inside:avoid}"
    "figure{overflow:visible;break-inside:avoid}figure svg{min-width:0}"
    "details::details-content{content-visibility:visible;display:block}"
    ".evidence{display:flex;flex-wrap:wrap;gap:0 1rem;margin:.2rem 0}"
    ".evidence div{display:inline-flex;gap:.4rem}"
    ".finding .inside{padding:.2rem .6rem .4rem;font-size:9pt}"
    ".finding p,.finding .head{margin:.2rem 0}.finding pre{padding:.2rem .4rem;margin:.15rem 0;"
    "font-size:8pt}.finding>summary{list-style:none}"
    ".tiles{grid-template-columns:repeat(6,1fr);gap:.4rem}.tile{padding:.3rem .5rem}"
    ".tile b{font-size:1.25rem}}"
)
"""The whole style sheet."""
