"use strict";
/* The findings of the page, from its data: all of them, filtered, a hundred at a time. Only text
   is put into elements, never markup. Without this script the page shows the worst findings. */
(() => {
  const STEP = 100, MOST_ON_PAPER = 1000;
  const find = (id) => document.getElementById(id);
  const data = JSON.parse(find("data").textContent);
  const { severities, states, checks, accounts, findings, remedies, edits, texts } = data;
  const ID = 0, CHECK = 1, SEVERITY = 2, STATE = 3, ACCOUNT = 4, SUBJECT = 5, MESSAGE = 6,
    REMEDY = 7, FACTS = 8;
  const list = find("list"), more = find("more"), said = find("said"), form = find("filters");
  const MARKS = { " ": "stays", "-": "goes", "+": "comes", "\u2026": "gap" };
  let found = [], counts = new Map(), shown = 0, group = -1;

  const make = (tag, name, ...children) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    element.append(...children);
    return element;
  };
  const quoted = (text) => make("code", "", make("bdi", "", text));
  const plural = (count, one) => count.toLocaleString("en") + " " + one + (count === 1 ? "" : "s");
  const groupOf = (finding) => finding[SEVERITY] * checks.length + finding[CHECK];

  /* ------------------------------------------------------------------------------ one finding */

  const copied = async (button, text) => {
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", "");
      area.value = text;
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
    }
    button.textContent = done ? "Copied" : "Not copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };
  const command = (text) => {
    const button = make("button", "", "Copy");
    button.type = "button";
    button.setAttribute("aria-label", "Copy the command " + text);
    button.addEventListener("click", () => copied(button, text));
    return make("div", "command", make("pre", "", text), button);
  };
  const change = ([title, ...lines]) => [
    make("p", "head", "Change of ", make("code", "", texts[title])),
    make("pre", "diff", ...lines.map((line) => {
      const mark = texts[line].slice(0, 1);
      return make("span", MARKS[mark], mark + " " + texts[line].slice(1));
    })),
  ];
  const inside = (finding) => {
    const facts = make("dl", "evidence");
    const fact = (name, value) => facts.append(
      make("div", "", make("dt", "", name), make("dd", "", value)));
    fact("in account", make("bdi", "", accounts[finding[ACCOUNT]]));
    for (let at = FACTS, values; at < finding.length; at += 2 * values.length) {
      values = [];
      for (let next = at; finding[next] === finding[at]; next += 2)
        values.push(texts[finding[next + 1]]);
      fact(texts[finding[at]], make("bdi", "", values.join(", ")));
    }
    fact("finding", quoted(finding[ID]));
    const all = make("div", "inside", facts);
    if (finding[REMEDY] >= 0) {
      const [text, commands, changes] = remedies[finding[REMEDY]];
      all.append(make("p", "head", "Remedy"), make("p", "", texts[text]),
        ...commands.map((each) => command(texts[each])),
        ...changes.flatMap((each) => change(edits[each])));
    }
    return all;
  };
  const filled = (details) => {
    if (details.childElementCount === 1) details.append(inside(findings[details.dataset.at]));
  };
  const folded = (at) => {
    const finding = findings[at], state = states[finding[STATE]];
    const summary = make("summary", "", quoted(texts[finding[SUBJECT]]));
    if (state !== "FAIL") summary.append(" ", make("span", "badge", state));
    summary.append(make("span", "said", texts[finding[MESSAGE]]));
    const details = make("details", "finding", summary);
    details.dataset.at = at;
    details.addEventListener("toggle", () => filled(details));
    return details;
  };
  const headed = (finding) => {
    const [id, title, about] = checks[finding[CHECK]], severity = severities[finding[SEVERITY]];
    const count = plural(counts.get(groupOf(finding)), "finding");
    return [
      make("h3", "", make("span", "badge " + severity, severity), " " + title),
      make("p", "quiet", [id, count, about].filter(Boolean).join(" \u00b7 ")),
    ];
  };

  /* ---------------------------------------------------------------------------------- the list */

  const grow = (by) => {
    const parts = document.createDocumentFragment(), end = Math.min(shown + by, found.length);
    for (; shown < end; shown += 1) {
      const finding = findings[found[shown]];
      if (groupOf(finding) !== group) {
        group = groupOf(finding);
        parts.append(...headed(finding));
      }
      parts.append(folded(found[shown]));
    }
    list.append(parts);
    more.hidden = shown >= found.length;
    more.textContent = "Show " + Math.min(STEP, found.length - shown).toLocaleString("en") + " more";
    said.textContent = plural(found.length, "finding") + " of "
      + findings.length.toLocaleString("en")
      + (shown < found.length ? "; the first " + shown.toLocaleString("en") + " are shown" : "");
  };
  const wanted = () => {
    const values = new FormData(form);
    const chosen = new Set(values.getAll("severity").map(Number));
    const pick = (name) => (values.get(name) === "" ? -1 : Number(values.get(name)));
    const account = pick("account"), check = pick("check"), state = pick("state");
    const words = values.get("words").trim().toLowerCase();
    const hits = words
      ? texts.map((text) => text.toLowerCase().includes(words)) : null;
    return (finding) => chosen.has(finding[SEVERITY])
      && (account < 0 || finding[ACCOUNT] === account)
      && (check < 0 || finding[CHECK] === check)
      && (state < 0 || finding[STATE] === state)
      && (!hits || hits[finding[SUBJECT]] || hits[finding[MESSAGE]] || finding[ID] === words);
  };
  const filter = () => {
    const fits = wanted();
    found = [];
    counts = new Map();
    findings.forEach((finding, at) => {
      if (!fits(finding)) return;
      found.push(at);
      counts.set(groupOf(finding), (counts.get(groupOf(finding)) || 0) + 1);
    });
    shown = 0;
    group = -1;
    list.replaceChildren();
    grow(STEP);
  };

  /* ------------------------------------------------------------------------------- the filters */

  const option = (value, text) => {
    const made = make("option", "", text);
    made.value = value;
    return made;
  };
  const offer = (name, texts, column) => {
    const used = new Set(findings.map((finding) => finding[column]));
    const options = texts.map((text, value) => [text, value]).filter(([, value]) => used.has(value));
    form.elements[name].append(...options.map(([text, value]) => option(value, text)));
  };
  const cell = (text) => {
    const safe = /^\s*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/.test(text) ? "'" + text : text;
    return '"' + safe.replaceAll('"', '""') + '"';
  };
  const saved = () => {
    const rows = found.map((at) => {
      const finding = findings[at];
      return [finding[ID], severities[finding[SEVERITY]], states[finding[STATE]],
        checks[finding[CHECK]][0], accounts[finding[ACCOUNT]], texts[finding[SUBJECT]],
        texts[finding[MESSAGE]]];
    });
    const heads = ["id", "severity", "state", "check", "account", "subject", "message"];
    const text = [heads, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
    const link = make("a", "");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "findings.csv";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };

  offer("account", accounts, ACCOUNT);
  offer("check", checks.map(([id, title]) => id + ": " + title), CHECK);
  offer("state", states, STATE);
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  find("save").addEventListener("click", saved);
  more.addEventListener("click", () => grow(STEP));
  /* On paper nothing can be unfolded, and there is no next page to ask for. */
  window.addEventListener("beforeprint", () => {
    grow(Math.max(0, MOST_ON_PAPER - shown));
    for (const details of document.querySelectorAll("details")) {
      if (details.dataset.at) filled(details);
      details.open = true;
    }
  });
  for (const each of document.querySelectorAll("[data-script]")) each.hidden = false;
  for (const each of document.querySelectorAll("[data-plain]")) each.hidden = true;
  filter();
})();
