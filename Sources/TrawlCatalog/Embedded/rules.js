"use strict";
// The search over all rules: words, facets, pages. All that is chosen stands behind the `#`, so that it can be linked to.
(() => {
  const { visible, element, level, levels, count, later } = globalThis.trawlPage;
  const data = globalThis.trawlRules;
  const pageSize = 50;
  const shown = 8;
  const [CORPUS, FILE, TITLE, LEVEL, STATUS, SOURCE, TACTICS, TECHNIQUES, FIELDS] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

  const one = (place) => (rule) => (rule[place] === null ? [] : [rule[place]]);
  const facets = [
    { id: "corpus", title: "Corpus", of: one(CORPUS), keys: data.corpora.map((c) => c[0]), texts: data.corpora.map((c) => c[1]) },
    { id: "level", title: "Level", of: one(LEVEL), keys: data.levels },
    { id: "status", title: "Status", of: one(STATUS), keys: data.statuses },
    { id: "tactic", title: "Tactic", of: (rule) => rule[TACTICS], keys: data.tactics },
    { id: "technique", title: "Technique", of: (rule) => rule[TECHNIQUES], keys: data.techniques.map((t) => t[0]), texts: data.techniques.map((t) => t.join(" ")) },
    { id: "source", title: "Log source", of: one(SOURCE), keys: data.sources },
    { id: "field", title: "Field", of: (rule) => rule[FIELDS], keys: data.fields },
  ];
  for (const facet of facets) {
    facet.texts ??= facet.keys;
    facet.number = new Map(facet.keys.map((key, index) => [key, index]));
    facet.chosen = new Set();
    facet.isOpen = false;
    facet.within = "";
  }
  const rank = (name) => (levels.indexOf(name) < 0 ? levels.length : levels.indexOf(name));

  // Made when first needed: of every rule the text that words are looked for in.
  let texts = null;
  function textOf(rule) {
    const techniques = rule[TECHNIQUES].map((number) => data.techniques[number].join(" "));
    return [rule[TITLE], rule[FILE], data.corpora[rule[CORPUS]][1], rule[SOURCE] === null ? "" : data.sources[rule[SOURCE]], ...techniques]
      .join("\n").toLowerCase();
  }

  const query = document.getElementById("query");
  const results = document.getElementById("results");
  const heading = document.getElementById("found");
  const pages = document.getElementById("pages");
  const chosenList = document.getElementById("chosen");
  const panel = document.querySelector("#facets > div");
  let page = 0;

  function readAddress() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    query.value = parameters.get("q") ?? "";
    page = Math.max(0, (parseInt(parameters.get("page") ?? "1", 10) || 1) - 1);
    for (const facet of facets) {
      facet.chosen = new Set(parameters.getAll(facet.id).map((key) => facet.number.get(key) ?? -1));
    }
  }

  function writeAddress() {
    const parameters = new URLSearchParams();
    if (query.value) parameters.set("q", query.value);
    for (const facet of facets) {
      for (const number of facet.chosen) if (number >= 0) parameters.append(facet.id, facet.keys[number]);
    }
    if (page > 0) parameters.set("page", page + 1);
    history.replaceState(null, "", `#${parameters}`);
  }

  // The rules that hold, and for each facet what could be chosen: counts of the rules that all other facets let through.
  function find() {
    texts ??= data.rules.map(textOf);
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const active = facets.filter((facet) => facet.chosen.size > 0);
    for (const facet of facets) facet.counts = new Map();
    const found = [];
    data.rules.forEach((rule, index) => {
      if (!words.every((word) => texts[index].includes(word))) return;
      const failed = active.filter((facet) => !facet.of(rule).some((number) => facet.chosen.has(number)));
      if (failed.length === 0) found.push(rule);
      for (const facet of failed.length === 0 ? facets : failed.length === 1 ? failed : []) {
        for (const number of facet.of(rule)) facet.counts.set(number, (facet.counts.get(number) ?? 0) + 1);
      }
    });
    return found;
  }

  function item(rule) {
    const corpus = data.corpora[rule[CORPUS]];
    const meta = element("div", { class: "meta" }, element("span", { class: "corpus" }, corpus[1]));
    const badge = rule[LEVEL] === null ? null : level(data.levels[rule[LEVEL]]);
    if (badge) meta.append(badge);
    if (rule[SOURCE] !== null) meta.append(element("span", null, visible(data.sources[rule[SOURCE]])));
    const ids = rule[TECHNIQUES].map((number) => data.techniques[number][0]);
    if (ids.length) meta.append(element("span", null, visible(ids.join(", "))));
    return element("li", null, element("a", { href: `rules/${corpus[0]}/${rule[FILE]}.html` }, visible(rule[TITLE])), meta);
  }

  function drawResults(found) {
    const last = Math.max(0, Math.ceil(found.length / pageSize) - 1);
    page = Math.min(page, last);
    heading.textContent = `${count(found.length)} ${found.length === 1 ? "rule" : "rules"}`;
    results.start = page * pageSize + 1;
    results.replaceChildren(...found.slice(page * pageSize, (page + 1) * pageSize).map(item));
    pages.hidden = last === 0;
    const turn = (text, target, isOff) => {
      const button = element("button", { type: "button", disabled: isOff, id: `turn-${text}` }, text);
      button.addEventListener("click", () => {
        page = target;
        draw();
        heading.scrollIntoView();
      });
      return button;
    };
    pages.replaceChildren(
      turn("Previous", page - 1, page === 0), element("span", null, `Page ${page + 1} of ${last + 1}`),
      turn("Next", page + 1, page === last));
  }

  function choose(facet, number) {
    if (!facet.chosen.delete(number)) facet.chosen.add(number);
    page = 0;
    draw();
  }

  function drawChosen() {
    const items = facets.flatMap((facet) => [...facet.chosen].filter((number) => number >= 0).map((number) => {
      const text = `${facet.title}: ${visible(facet.texts[number])}`;
      const button = element("button", { type: "button", "aria-label": `Remove ${text}` }, `${text} ×`);
      button.addEventListener("click", () => choose(facet, number));
      return element("li", null, button);
    }));
    chosenList.replaceChildren(...items);
  }

  function options(facet) {
    const numbers = [...new Set([...facet.counts.keys(), ...facet.chosen])].filter((number) => number >= 0);
    const size = (number) => facet.counts.get(number) ?? 0;
    if (facet.id === "level") return numbers.sort((a, b) => rank(data.levels[a]) - rank(data.levels[b]) || size(b) - size(a));
    if (facet.id === "corpus" || facet.id === "tactic") return numbers.sort((a, b) => a - b);
    return numbers.sort((a, b) => facet.chosen.has(b) - facet.chosen.has(a) || size(b) - size(a) || a - b);
  }

  function optionRow(facet, number) {
    const box = element("input", { type: "checkbox", id: `${facet.id}-${number}` });
    box.checked = facet.chosen.has(number);
    box.addEventListener("change", () => choose(facet, number));
    return element("label", null, box, element("span", null, visible(facet.texts[number])),
      element("span", { class: "count" }, count(facet.counts.get(number) ?? 0)));
  }

  function facetNode(facet) {
    const numbers = options(facet);
    const needle = facet.within.toLowerCase();
    const few = ["tactic", "corpus", "level"].includes(facet.id) ? numbers.length : shown;
    const taken = facet.isOpen
      ? numbers.filter((number) => facet.texts[number].toLowerCase().includes(needle)).slice(0, 500) : numbers.slice(0, few);
    const node = element("fieldset", null, element("legend", null, facet.title));
    if (facet.isOpen && numbers.length > 30) {
      const input = element("input", { type: "search", class: "within", id: `within-${facet.id}`, "aria-label": `Find in ${facet.title}`, placeholder: "Find" });
      input.value = facet.within;
      input.addEventListener("input", () => {
        facet.within = input.value;
        drawFacets();
      });
      node.append(input);
    }
    node.append(element("div", { class: facet.isOpen ? "all" : "few" }, ...taken.map((number) => optionRow(facet, number))));
    if (numbers.length > few) {
      const text = facet.isOpen ? "Fewer" : `All ${count(numbers.length)}`;
      const label = facet.isOpen ? `Fewer of ${facet.title}` : `All ${numbers.length} of ${facet.title}`;
      const button = element("button", { type: "button", id: `more-${facet.id}`, "aria-expanded": String(facet.isOpen), "aria-label": label }, text);
      button.addEventListener("click", () => {
        facet.isOpen = !facet.isOpen;
        drawFacets();
      });
      node.append(button);
    }
    return node;
  }

  // Whoever is at a control stays at it when all are drawn anew.
  function keepingFocus(body) {
    const id = document.activeElement?.id;
    body();
    if (id && document.activeElement?.id !== id) document.getElementById(id)?.focus({ preventScroll: true });
  }

  function drawFacets() {
    keepingFocus(() => panel.replaceChildren(...facets.filter((facet) => options(facet).length > 0).map(facetNode)));
  }

  function draw() {
    const found = find();
    keepingFocus(() => {
      drawResults(found);
      drawChosen();
    });
    drawFacets();
    writeAddress();
  }

  query.addEventListener("input", later(() => {
    page = 0;
    draw();
  }, 60));
  addEventListener("hashchange", () => {
    readAddress();
    draw();
  });
  const wide = matchMedia("(min-width: 52.01rem)");
  const unfold = () => { document.getElementById("facets").open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
  readAddress();
  draw();
})();
