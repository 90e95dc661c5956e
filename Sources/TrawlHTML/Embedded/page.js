"use strict";
// What the scripts of all pages need. Text enters a page as text alone: there is no innerHTML anywhere.
globalThis.trawlPage = (() => {
  // Controls, and characters that reorder, join or hide text; as HTML.swift writes them.
  const hidden =
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

  function sign(character) {
    const code = character.codePointAt(0);
    return `⟨U+${code.toString(16).toUpperCase().padStart(4, "0")}⟩`;
  }

  const visible = (text) => text.replace(hidden, sign);

  // An element with attributes and children; a text is a text node.
  function element(name, attributes, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes ?? {})) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  // A value whose blanks at both ends can be seen; copied, they are blanks.
  function valueNodes(text) {
    const [, before, middle, after] = /^([ \u00a0]*)(.*?)([ \u00a0]*)$/s.exec(text);
    const blanks = (run) => [...run].map((blank) => element("span", { class: "blank" }, blank));
    return [...blanks(before), visible(middle), ...blanks(after)];
  }

  function value(text) {
    return text === ""
      ? element("span", { class: "note" }, "(empty)") : element("code", null, ...valueNodes(text));
  }

  const levels = ["critical", "high", "medium", "low", "informational"];

  function level(name) {
    if (!name) return null;
    const colour = levels.indexOf(name) >= 0 && name !== "informational" ? name : "other";
    return element("span", { class: `level ${colour}` }, visible(name));
  }

  const count = (number) => number.toLocaleString("en-US");

  // Calls after the last of several calls in a row.
  function later(body, milliseconds) {
    let timer = 0;
    return () => {
      clearTimeout(timer);
      timer = setTimeout(body, milliseconds);
    };
  }

  return { visible, element, valueNodes, value, level, levels, count, later };
})();
