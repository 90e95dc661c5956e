#!/usr/bin/env python3
"""Looks at pages in Chromium as a reader does, and says what is wrong with them.

  browse.py site FOLDER PAGE...    the catalogue's site: search, facet, corpus number; and all pages named
  browse.py report FILE            the report of a scan: filters, pages of findings
  browse.py shots FOLDER FILE...   screenshots, at 390 and 1440 pixels, light and dark

Python's library alone: the browser is driven over --remote-debugging-pipe (https://chromedevtools.github.io/devtools-protocol/).
Exit status: 0 all is well, 1 something is wrong, 2 there is no Chromium.
"""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

SIZES = [(390, 844), (1440, 900)]
SCHEMES = ["light", "dark"]


class Browser:
    """One page of a Chromium of its own."""

    def __init__(self, executable):
        self.folder = tempfile.TemporaryDirectory()
        commands_out, commands_in = os.pipe()
        answers_out, answers_in = os.pipe()
        # Behind 3 and 4 first, lest one is closed by the other.
        ends = (os.dup2(commands_out, 60, False), os.dup2(answers_in, 61, False))

        def take_pipes():
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        self.process = subprocess.Popen(
            [executable, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--force-color-profile=srgb",
             "--hide-scrollbars", f"--user-data-dir={self.folder.name}", "--remote-debugging-pipe", "about:blank"],
            preexec_fn=take_pipes, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        for end in (*ends, commands_out, answers_in):
            os.close(end)
        self.commands, self.answers = commands_in, answers_out
        self.buffer, self.number, self.events, self.session = b"", 0, [], None
        target = next(t for t in self.send("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def receive(self):
        while b"\0" not in self.buffer:
            part = os.read(self.answers, 1 << 20)
            if not part:
                raise RuntimeError("Chromium went away")
            self.buffer += part
        text, self.buffer = self.buffer.split(b"\0", 1)
        message = json.loads(text)
        if "method" in message:
            self.events.append(message)
        return message

    def look(self, size, scheme):
        self.send("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1,
                  mobile=size[0] < 600)
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def open(self, address):
        # A page that is left differs from one that is reloaded; `about:blank` between makes all alike.
        self.events = []
        for place in ("about:blank", address):
            self.send("Page.navigate", url=place)
            while not any(e["method"] == "Page.loadEventFired" for e in self.events):
                self.receive()
            if place == "about:blank":
                self.events = []
        return self

    def run(self, script):
        """The value of an expression in the page; promises are waited for."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"].get("exception", {}).get("description", "?"))
        return answer["result"].get("value")

    def complaints(self):
        """What the page or the browser objected to, and every request that is not of a file."""
        found = []
        for event in self.events:
            values = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                found.append(f"exception: {values['exceptionDetails'].get('exception', {}).get('description')}")
            elif event["method"] == "Log.entryAdded" and values["entry"]["level"] in ("error", "warning"):
                found.append(f"{values['entry']['level']}: {values['entry']['text']}")
            elif event["method"] == "Runtime.consoleAPICalled" and values["type"] in ("error", "warning", "assert"):
                found.append(f"console: {values['args']}")
            elif event["method"] == "Network.requestWillBeSent" and not values["request"]["url"].startswith("file://"):
                found.append(f"request: {values['request']['url']}")
        return found

    def shot(self, path, longest=2600):
        """The page from its top, up to so many pixels of height."""
        width, height = self.run("[innerWidth, document.scrollingElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, longest), "scale": 1}
        picture = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        pathlib.Path(path).write_bytes(base64.b64decode(picture["data"]))

    def close(self):
        try:
            self.send("Browser.close")
        except (RuntimeError, OSError):
            pass
        self.process.wait(timeout=20)
        os.close(self.commands)
        os.close(self.answers)
        shutil.rmtree(self.folder.name, ignore_errors=True)


# Every control has a name, every text enough contrast (WCAG 2.1 AA, 1.4.3), and the page the parts that screen readers need.
AUDIT = r"""
(() => {
  const problems = [];
  const shows = (node) => node.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: false });
  const name = (node) => (node.getAttribute("aria-label") || [...(node.labels ?? [])].map((l) => l.textContent).join(" ")
    || node.textContent || "").trim();
  const where = (node) => `${node.tagName.toLowerCase()}${node.id ? "#" + node.id : ""}${node.className ? "." + node.className : ""}`;
  if (!document.documentElement.lang) problems.push("no language");
  if (!document.title.trim()) problems.push("no title");
  if (document.querySelectorAll("main").length !== 1) problems.push("not one main");
  if (document.querySelectorAll("h1").length !== 1) problems.push("not one h1");
  for (const node of document.querySelectorAll("a[href], button, input, select, summary"))
    if (!name(node)) problems.push(`no name: ${where(node)}`);
  for (const node of document.querySelectorAll("nav, search, [role=region]"))
    if (!node.getAttribute("aria-label") && !node.getAttribute("aria-labelledby")) problems.push(`no label: ${where(node)}`);
  for (const node of document.querySelectorAll("[aria-labelledby]"))
    if (!document.getElementById(node.getAttribute("aria-labelledby"))) problems.push(`label that is not there: ${where(node)}`);
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) problems.push(`id twice: ${id}`);
  let depth = 1;
  for (const node of document.querySelectorAll("h1, h2, h3, h4")) {
    const level = Number(node.tagName[1]);
    if (level > depth + 1) problems.push(`heading left out before: ${node.textContent.slice(0, 40)}`);
    depth = level;
  }
  for (const table of document.querySelectorAll("table"))
    if (table.rows.length && !table.querySelector("th")) problems.push(`table without headings: ${where(table)}`);
  for (const node of document.querySelectorAll("*"))
    for (const { name } of node.attributes) if (/^on/i.test(name) || name === "style" && !node.closest("[data-own]")) problems.push(`attribute ${name}: ${where(node)}`);
  for (const node of document.querySelectorAll("a[href]")) {
    const { protocol } = new URL(node.getAttribute("href"), document.baseURI);
    if (!/^(https?|file):$/.test(protocol)) problems.push(`address: ${node.getAttribute("href").slice(0, 60)}`);
  }
  if (document.scrollingElement.scrollWidth > innerWidth) problems.push(`wider than the window: ${document.scrollingElement.scrollWidth}`);

  function colour(text) {
    const numbers = text.match(/-?[\d.]+(e-?\d+)?/g).map(Number);
    const scale = text.startsWith("color(") ? 255 : 1;
    return [numbers[0] * scale, numbers[1] * scale, numbers[2] * scale, numbers[3] ?? 1];
  }
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  function ground(node) {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(colour(getComputedStyle(at).backgroundColor));
    const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reverse().reduce((below, top) => over(top, below), canvas);
  }
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let count = 0; walker.nextNode() && count < 20000; count += 1) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || node.closest("script, style, svg, option, :disabled") || !shows(node)) continue;
    const style = getComputedStyle(node);
    if (style.fontSize === "0px" || style.clipPath !== "none") continue;
    const back = ground(node);
    const front = over(colour(style.color), back);
    const [a, b] = [light(front), light(back)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const key = `${where(node)} ${style.color} on ${back.map(Math.round)}`;
    if (ratio < needed && !seen.has(key)) {
      seen.add(key);
      problems.push(`contrast ${ratio.toFixed(2)}: ${key}`);
    }
  }
  return problems;
})()
"""

# Typing as a person does, and waiting until the page has answered.
TYPE = """
(async () => {
  const input = document.getElementById("query");
  input.focus();
  input.value = %s;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => setTimeout(done, 400));
})()
"""


class Findings:
    """What is wrong, each with the page it is wrong on."""

    def __init__(self):
        self.texts = []

    def check(self, condition, text):
        if not condition:
            self.texts.append(text)

    def audit(self, browser, address, sizes=SIZES, schemes=SCHEMES):
        for size in sizes:
            for scheme in schemes:
                browser.look(size, scheme)
                browser.open(address)
                place = f"{address.rsplit('/', 3)[-2:]} at {size[0]}, {scheme}"
                self.texts += [f"{place}: {text}" for text in browser.complaints() + browser.run(AUDIT)]


def address(path):
    return pathlib.Path(path).resolve().as_uri()


def check_site(browser, folder, pages):
    findings = Findings()
    for page in ["index.html", "attack.html", "events.html", "indicators.html", *pages]:
        findings.audit(browser, address(os.path.join(folder, page)))
    check_search(browser, folder, findings)
    check_corpus_number(browser, folder, pages[0], findings)
    check_indicators(browser, folder, findings)
    return findings.texts


def check_search(browser, folder, findings):
    browser.look(SIZES[1], "light")
    browser.open(address(os.path.join(folder, "index.html")))
    count = "Number(document.getElementById('found').textContent.replace(/[^0-9]/g, ''))"
    everything = browser.run(count)
    browser.run(TYPE % json.dumps("reverseshell"))
    some = browser.run(count)
    findings.check(0 < some < everything, f"search: {some} of {everything}")
    findings.check(browser.run("document.querySelector('#results a').textContent.toLowerCase().includes('reverseshell')"),
                   "search: the first result is not what was looked for")
    findings.check("q=reverseshell" in browser.run("location.hash"), "search: the address does not say what was looked for")
    browser.run(TYPE % json.dumps(""))
    shown = browser.run("Number(document.querySelector('#facets fieldset .count').textContent.replace(/,/g, ''))")
    browser.run("document.querySelector('#facets fieldset input[type=checkbox]').click()")
    findings.check(browser.run(count) == shown, "facet: its count is not that of the rules it leaves")
    findings.check(browser.run("document.activeElement.type") in ("checkbox", "search"), "facet: the focus is lost")
    hash = browser.run("location.hash")
    browser.open(address(os.path.join(folder, "index.html")) + hash)
    findings.check(browser.run(count) == shown, "facet: an address with it does not bring it back")
    browser.run("document.querySelector('#chosen button').click()")
    findings.check(browser.run(count) == everything, "facet: it cannot be taken away")
    findings.texts += [f"search: {text}" for text in browser.complaints()]


def check_corpus_number(browser, folder, page, findings):
    browser.open(address(os.path.join(folder, page)))
    link = browser.run("document.querySelector('.values .count a')?.href")
    findings.check(link, f"{page}: no corpus number")
    if not link:
        return
    number = browser.run("Number(document.querySelector('.values .count a').textContent.replace(/[^0-9]/g, ''))")
    browser.open(link)
    # The page of the indicator has this rule, too.
    rules = browser.run("document.querySelectorAll('table.rules tbody tr').length")
    findings.check(rules > number, f"{page}: corpus {number}, but {rules} rules behind it")
    findings.texts += [f"{link}: {text}" for text in browser.complaints()]


def check_indicators(browser, folder, findings):
    browser.open(address(os.path.join(folder, "indicators.html")))
    browser.run(TYPE % json.dumps("powershell.exe"))
    rows = browser.run("document.querySelectorAll('#results tbody tr').length")
    findings.check(rows > 0, "indicators: powershell.exe is not found")
    link = browser.run("document.querySelector('#results tbody a')?.href ?? ''")
    browser.open(link)
    findings.check(browser.run("document.querySelector('h1') !== null"), f"indicators: {link} is no page")


def check_report(browser, file):
    findings = Findings()
    findings.audit(browser, address(file))
    browser.look(SIZES[1], "light")
    start = time.monotonic()
    browser.open(address(file))
    browser.run("document.querySelectorAll('#results > li').length")
    print(f"opened in {time.monotonic() - start:.2f} s")
    total = "Number(document.getElementById('status').textContent.replace(/,/g, '').match(/^[0-9]+/)[0])"
    everything = browser.run(total)
    findings.check(everything > 0, "report: no findings")
    findings.check(browser.run("document.querySelectorAll('#results mark').length") > 0, "report: no evidence is marked")
    browser.run("document.querySelector('table.rules tbody th a').click()")
    browser.run("new Promise((done) => setTimeout(done, 200))")
    some = browser.run(total)
    shown = browser.run("Number(document.querySelector('table.rules tbody td.number').textContent.replace(/,/g, ''))")
    findings.check(some == shown, f"report: {some} findings of a rule that has {shown}")
    browser.run("""{ const level = document.getElementById("level"); level.selectedIndex = 1;
      document.getElementById("rule").value = ""; level.dispatchEvent(new Event("change")); }""")
    expected = browser.run("Number(document.getElementById('level').selectedOptions[0].text.replace(/,/g, '').match(/\\(([0-9]+)\\)/)[1])")
    findings.check(browser.run(total) == expected, "report: a level's count is not that of its findings")
    browser.run("document.querySelector('#plot a')?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))")
    findings.texts += [f"report: {text}" for text in browser.complaints()]
    return findings.texts


def take_shots(browser, folder, files):
    for file in files:
        name = pathlib.Path(file.split("#")[0]).stem
        for size in SIZES:
            for scheme in SCHEMES:
                browser.look(size, scheme)
                path, _, hash = file.partition("#")
                browser.open(address(path) + (f"#{hash}" if hash else ""))
                time.sleep(0.3)
                browser.shot(os.path.join(folder, f"{name}-{size[0]}-{scheme}.png"))
    return []


def main(arguments):
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not executable:
        print("no chromium is installed", file=sys.stderr)
        return 2
    if len(arguments) < 2 or arguments[0] not in ("site", "report", "shots"):
        print(__doc__, file=sys.stderr)
        return 2
    browser = Browser(executable)
    try:
        if arguments[0] == "site":
            problems = check_site(browser, arguments[1], arguments[2:])
        elif arguments[0] == "report":
            problems = check_report(browser, arguments[1])
        else:
            problems = take_shots(browser, arguments[1], arguments[2:])
    finally:
        browser.close()
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
