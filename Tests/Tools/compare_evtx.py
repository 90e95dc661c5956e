#!/usr/bin/env python3
"""compare_evtx.py TRAWL PATH...: compares every record of all EVTX files below the paths, which are folders or .tar.zst
archives, field by field, with what evtx-rs (pip install evtx) prints: both flattened by name, GUIDs in braces. Exit 0 if
nothing differs."""
import collections, json, os, re, subprocess, sys, tempfile
import evtx

RULE = """title: All
logsource: {product: windows}
detection: {a: {EventID|exists: true}, condition: a}
"""
GUID = re.compile(r"^\{?([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})\}?$")


def text(value):
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    guid = GUID.match(str(value))
    return "{%s}" % guid.group(1).upper() if guid else str(value)


def name(key):
    return re.sub(r"_\d+$", "", key.replace(" ", "")) if re.search(r"_\d+$", key) else key.replace(" ", "")


def leaves(prefix, value, found):
    """Leaves of a section by their own names; attributes as X_a."""
    if isinstance(value, list):
        for item in value:
            leaves(prefix, item, found)
    elif isinstance(value, dict):
        members = {k: v for k, v in value.items() if k not in ("#attributes", "#text")}
        for key, attribute in value.get("#attributes", {}).items():
            if not key.startswith("xmlns"):
                found[prefix + "_" + key].append(text(attribute))
        if "#text" in value:
            leaves(prefix, value["#text"], found)
        elif not members:
            found[prefix].append(None)
        for key, member in members.items():
            leaves(name(key), member, found)
    else:
        found[prefix].append(text(value))


def flat(event):
    found = collections.defaultdict(list)
    for section, members in event["Event"].items():
        if section == "#attributes":
            continue
        if not isinstance(members, dict):
            leaves(section, members, found)
            continue
        for key, attribute in members.get("#attributes", {}).items():
            if not key.startswith("xmlns"):
                found[section + "_" + key].append(text(attribute))
        for key, member in members.items():
            if key != "#attributes":
                leaves(section + "." + name(key), member, found)
    return {k: sorted(v, key=str) for k, v in found.items()}


def ours(trawl, path):
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as rule:
        rule.write(RULE)
        rule.flush()
        out = subprocess.run(
            [trawl, "scan", "-r", rule.name, "-j", "1", "--no-cache", "--quiet", "--format", "jsonl", "--event", "full",
             "--logsource", "product=windows", path],
            capture_output=True)
    return [json.loads(line) for line in out.stdout.splitlines()], out.stderr.decode()


def unpacked(path, into):
    """A folder for a path: itself, or what the archive holds."""
    archives = [path] if path.endswith(".tar.zst") else sorted(
        os.path.join(path, f) for f in os.listdir(path) if f.endswith(".tar.zst"))
    for archive in archives:
        names = subprocess.run(["tar", "--zstd", "-tf", archive], capture_output=True, text=True).stdout.splitlines()
        if any(name.endswith(".evtx") for name in names):
            subprocess.run(["tar", "--zstd", "-xf", archive, "-C", into], check=True)
    return [into] if archives else [path]


def main():
    with tempfile.TemporaryDirectory() as folder:
        compare(sys.argv[1], [root for path in sys.argv[2:] for root in unpacked(path, folder)])


def compare(trawl, roots):
    files = sorted(os.path.join(d, f) for r in roots for d, _, fs in os.walk(r) for f in fs if f.endswith(".evtx"))
    kinds, records, missing, extra, shown = collections.Counter(), 0, 0, 0, 0
    for path in files:
        mine = collections.defaultdict(list)
        lines, errors = ours(trawl, path)
        for line in lines:
            event = line["event"]
            mine[line["source"]["record"]].append(flat(event))
        theirs = []
        for record in evtx.PyEvtxParser(path).records_json():
            if isinstance(record, Exception):
                continue
            theirs.append(json.loads(record["data"]))
        for event in theirs:
            records += 1
            system = event["Event"]["System"]
            number = system["EventRecordID"]
            candidates = mine.get(int(number), [])
            wanted = flat(event)
            if wanted in candidates:
                candidates.remove(wanted)
                continue
            if not candidates:
                missing += 1
                print("missing", path, number)
                continue
            got = candidates.pop(0)
            for key in sorted(set(got) | set(wanted)):
                if got.get(key) != wanted.get(key):
                    kinds[key] += 1
                    if shown < 25:
                        shown += 1
                        print(path, number, key, "\n   ours  ", repr(got.get(key))[:300], "\n   theirs", repr(wanted.get(key))[:300])
        left = sum(map(len, mine.values()))
        if left:
            extra += left
            print("extra", left, path)
    print(f"{len(files)} files, {records} records, {missing} missing, {extra} extra, differences: {dict(kinds.most_common(20))}")
    sys.exit(1 if missing or extra or kinds else 0)


main()
