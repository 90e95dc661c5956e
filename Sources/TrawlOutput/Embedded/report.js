// The findings of a scan: filters, pages, and the plot of what is filtered. What is chosen stands behind the `#`.
(() => {
  const { visible, element, count, later } = globalThis.trawlPage;
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const rows = JSON.parse(document.getElementById("rows").textContent);
  rows.pop();
  // Their text is a second copy of all there is.
  document.getElementById("rows").remove();
  const [TIME, RULE, HOST, FILE, RECORD, OFFSET, EVIDENCE] = [0, 1, 2, 3, 4, 5, 6];
  const [TITLE, LEVEL, TECHNIQUES, LINK, LEVELNAME] = [0, 1, 2, 3, 4];
  const colours = ["critical", "high", "medium", "low", "other", "other"];
  const levelNames = ["critical", "high", "medium", "low", "informational", ""];
  const pageSize = 50;
  const byTime = (a, b) => (a[TIME] ?? Infinity) - (b[TIME] ?? Infinity);
  const levelOf = (row) => facts.rules[row[RULE]][LEVEL];
  const orders = {
    time: ["Oldest first", byTime],
    late: ["Newest first", (a, b) => (b[TIME] ?? -Infinity) - (a[TIME] ?? -Infinity)],
    level: ["Most severe first", (a, b) => levelOf(a) - levelOf(b) || byTime(a, b)],
  };

  const filters = document.getElementById("filters");
  const results = document.getElementById("results");
  const status = document.getElementById("status");
  const pages = document.getElementById("pages");
  let page = 0;
  let period = null;

  function select(id, title, options) {
    const node = element("select", { id }, ...options.map(([key, text]) => element("option", { value: key }, visible(text))));
    node.addEventListener("change", restart);
    filters.append(element("label", { for: id }, title, node));
    return node;
  }

  function tally(keysOf) {
    const counts = new Map();
    for (const row of rows) for (const key of keysOf(row)) counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts;
  }

  const most = (counts) => [...counts.entries()].sort((a, b) => b[1] - a[1]);
  const query = element("input", { type: "search", id: "query", autocomplete: "off", spellcheck: "false" });
  filters.append(element("label", { for: "query", class: "words" }, "Words of the rule, host, file or evidence", query));
  const levels = tally((row) => [levelOf(row)]);
  const level = select("level", "Level", [["*", "All levels"], ...levelNames.map((name, index) => [name, `${name || "none"} (${count(levels.get(index) ?? 0)})`, index])
    .filter(([, , index]) => levels.has(index))]);
  const rule = select("rule", "Rule", [["", "All rules"], ...most(tally((row) => [row[RULE]])).map(([key, size]) => [key, `${facts.rules[key][TITLE]} (${count(size)})`])]);
  const host = select("host", "Host", [["", "All hosts"], ...most(tally((row) => (row[HOST] === null ? [] : [row[HOST]]))).map(([key, size]) => [facts.hosts[key], `${facts.hosts[key]} (${count(size)})`])]);
  const technique = select("technique", "Technique", [["", "All techniques"], ...most(tally((row) => facts.rules[row[RULE]][TECHNIQUES])).map(([key, size]) => [key, `${key} (${count(size)})`])]);
  const order = select("order", "Order", Object.entries(orders).map(([key, [text]]) => [key, text]));

  const stamp = (time) => (time === null ? "no time" : new Date(time).toISOString().slice(0, 23).replace("T", " "));

  // Made when words are first looked for: of every row the text that is looked at.
  let texts = null;
  function textOf(row) {
    const evidence = row[EVIDENCE].filter(Array.isArray).map(([field, parts]) => `${field ?? ""} ${parts.join("")}`);
    return [facts.rules[row[RULE]][TITLE], row[HOST] === null ? "" : facts.hosts[row[HOST]], facts.files[row[FILE]], ...evidence].join("\n").toLowerCase();
  }

  function find() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length) texts ??= new Map(rows.map((row) => [row, textOf(row)]));
    const number = facts.hosts.indexOf(host.value);
    return rows.filter((row) =>
      (level.value === "*" || levelOf(row) === levelNames.indexOf(level.value)) &&
      (rule.value === "" || row[RULE] === Number(rule.value)) &&
      (host.value === "" || row[HOST] === number) &&
      (technique.value === "" || facts.rules[row[RULE]][TECHNIQUES].includes(technique.value)) &&
      (period === null || (row[TIME] !== null && row[TIME] >= period[0] * 1000 && row[TIME] < period[1] * 1000)) &&
      words.every((word) => texts.get(row).includes(word)));
  }

  // Lines of a value stay lines; all else that cannot be seen is a sign.
  const lines = (text) => text.replace(/\r\n/g, "\n").split(/([\n\t])/).map((part) => (part === "\n" || part === "\t" ? part : visible(part))).join("");

  function valueNode([, parts, , before, behind]) {
    const node = element("code", null, before ? "… " : "");
    parts.forEach((text, index) => node.append(index % 2 ? element("mark", null, lines(text)) : lines(text)));
    if (behind) node.append(` … ${count(behind)} bytes more`);
    return parts.length ? node : element("span", { class: "note" }, "no value");
  }

  function questions(values) {
    const list = element("ul");
    for (const [field, , items] of values) {
      for (const item of items) {
        list.append(Array.isArray(item)
          ? element("li", null, `${visible(item[0])}: ${visible(field ?? "any field")}${item[1] ? `|${visible(item[1])}` : ""} `, element("code", null, visible(item[2])))
          : element("li", null, `and ${item} more of ${visible(field ?? "any field")}`));
      }
    }
    return element("details", null, element("summary", null, "What the rule asks"), list);
  }

  function evidenceNodes(evidence) {
    const values = evidence.filter(Array.isArray);
    if (values.length === 0) return [];
    const list = element("dl", { class: "evidence" });
    for (const item of values) list.append(element("dt", null, visible(item[0] ?? "any field")), element("dd", null, valueNode(item)));
    const more = evidence.find((item) => !Array.isArray(item));
    if (more) list.append(element("dt", null, ""), element("dd", { class: "note" }, `and ${more} more values`));
    return [list, questions(values)];
  }

  function finding(row) {
    const facet = facts.rules[row[RULE]];
    const title = element("h3", null, visible(facet[TITLE]));
    if (facet[LINK]) title.append(" ", element("a", { class: "page", href: facet[LINK] }, "about the rule"));
    const where = [row[HOST] === null ? null : facts.hosts[row[HOST]], `${facts.files[row[FILE]]}:${row[RECORD]}`].filter(Boolean).join(" · ");
    return element("li", null,
      element("time", row[TIME] === null ? null : { datetime: new Date(row[TIME]).toISOString() }, stamp(row[TIME])),
      element("span", null, element("span", { class: `level ${colours[facet[LEVEL]]}` }, visible(facet[LEVELNAME] || "none"))),
      element("div", null, title, element("p", { class: "place", title: `byte ${row[OFFSET]}` }, visible(where)), ...evidenceNodes(row[EVIDENCE])));
  }

  function turn(text, target, isOff) {
    const button = element("button", { type: "button", disabled: isOff }, text);
    button.addEventListener("click", () => {
      page = target;
      draw();
      document.getElementById("findings").scrollIntoView();
    });
    return button;
  }

  function periodChip() {
    if (period === null) return [];
    const text = `${stamp(period[0] * 1000).slice(0, 19)} to ${stamp(period[1] * 1000).slice(0, 19)}`;
    const button = element("button", { type: "button", "aria-label": `Remove the period ${text}` }, `${text} ×`);
    button.addEventListener("click", () => {
      period = null;
      restart();
    });
    return [" ", button];
  }

  let found = [];
  let last = "";
  function draw() {
    const key = [query.value, level.value, rule.value, host.value, technique.value, period, order.value].join("\n");
    if (key !== last) found = find().sort(orders[order.value][1]);
    last = key;
    const pageCount = Math.max(1, Math.ceil(found.length / pageSize));
    page = Math.min(page, pageCount - 1);
    results.replaceChildren(...found.slice(page * pageSize, (page + 1) * pageSize).map(finding));
    const left = facts.total - rows.length;
    const cut = left > 0 ? `; ${count(left)} of the least severe are counted above, but are not in this list` : "";
    status.replaceChildren(`${count(found.length)} of ${count(rows.length)} findings${cut}`, ...periodChip());
    pages.hidden = pageCount === 1;
    pages.replaceChildren(turn("Previous", page - 1, page === 0), element("span", null, `Page ${count(page + 1)} of ${count(pageCount)}`),
      turn("Next", page + 1, page === pageCount - 1));
  }

  const choices = { level, rule, host, technique, order };
  const defaults = { level: "*", rule: "", host: "", technique: "", order: "time" };

  function restart() {
    page = 0;
    const parameters = new URLSearchParams();
    if (query.value) parameters.set("q", query.value);
    for (const [name, node] of Object.entries(choices)) if (node.value !== defaults[name]) parameters.set(name, node.value);
    if (period) {
      parameters.set("from", period[0]);
      parameters.set("to", period[1]);
    }
    history.replaceState(null, "", `#${parameters}`);
    draw();
  }

  function readAddress() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    query.value = parameters.get("q") ?? "";
    for (const [name, node] of Object.entries(choices)) {
      node.value = parameters.get(name) ?? defaults[name];
      if (node.selectedIndex < 0) node.value = defaults[name];
    }
    const [from, to] = [Number(parameters.get("from")), Number(parameters.get("to"))];
    period = from || to ? [from, to] : null;
    page = 0;
  }

  query.addEventListener("input", later(restart, 120));
  addEventListener("hashchange", () => {
    // `#findings` is a place of the page, not a choice.
    if (!location.hash.includes("=")) return;
    readAddress();
    draw();
    document.getElementById("findings").scrollIntoView();
  });
  readAddress();
  draw();
})();
