"use strict";
// From a value to the rules that ask for it.
(() => {
  const { visible, element, value, count, later } = globalThis.trawlPage;
  const groups = globalThis.trawlIndicators;
  const rules = globalThis.trawlRules;
  const most = 200;
  const query = document.getElementById("query");
  const field = document.getElementById("field");
  const results = document.getElementById("results");
  const status = document.getElementById("status");

  const sizes = new Map();
  for (const [name, , values] of groups) sizes.set(name, (sizes.get(name) ?? 0) + values.length / 3);
  const names = [...sizes.keys()].sort((a, b) => sizes.get(b) - sizes.get(a));
  field.append(...names.map((name) => element("option", { value: name }, `${visible(name)} (${count(sizes.get(name))})`)));

  function target(link) {
    if (typeof link === "string") return `indicators/${link}.html`;
    const rule = rules.rules[link];
    return `rules/${rules.corpora[rule[0]][0]}/${rule[1]}.html`;
  }

  function find() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [];
    for (const [name, kind, values] of groups) {
      if (field.value !== "" && name !== field.value) continue;
      for (let place = 0; place < values.length; place += 3) {
        const text = values[place].toLowerCase();
        if (words.every((word) => text.includes(word))) found.push([name, kind, values[place], values[place + 1], values[place + 2]]);
      }
    }
    return found.sort((a, b) => b[3] - a[3]);
  }

  function row([name, kind, text, size, link]) {
    const title = typeof link === "string" ? count(size) : "1 rule";
    return element("tr", null, element("th", { scope: "row" }, visible(name)),
      element("td", null, element("span", { class: "kind" }, visible(kind))), element("td", null, value(text)),
      element("td", { class: "number" }, element("a", { href: target(link) }, title)));
  }

  function draw() {
    const isAsked = query.value.trim() !== "" || field.value !== "";
    const common = document.getElementById("common")?.parentElement;
    if (common) common.hidden = isAsked;
    results.hidden = !isAsked;
    const found = isAsked ? find() : [];
    results.tBodies[0].replaceChildren(...found.slice(0, most).map(row));
    const cut = found.length > most ? `; the first ${most} are shown` : "";
    status.textContent = isAsked ? `${count(found.length)} found${cut}` : "";
    const parameters = new URLSearchParams();
    if (query.value) parameters.set("q", query.value);
    if (field.value) parameters.set("field", field.value);
    history.replaceState(null, "", `#${parameters}`);
  }

  function readAddress() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    query.value = parameters.get("q") ?? "";
    const name = parameters.get("field") ?? "";
    field.value = sizes.has(name) ? name : "";
  }

  query.addEventListener("input", later(draw, 80));
  field.addEventListener("change", draw);
  addEventListener("hashchange", () => {
    readAddress();
    draw();
  });
  readAddress();
  draw();
})();
