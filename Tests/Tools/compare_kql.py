#!/usr/bin/env python3
"""compare_kql.py TRAWL [QUERIES [SEED]]: makes random conditions on random rows, and compares which rows `trawl scan` and
`trawl query` give with those of duckdb-kql (pip install 'duckdb-kql[duckdb]'), which was checked against Microsoft's own
engine. The rows are ASCII: beyond it duckdb-kql folds case where Kusto does not. Exit 0 if nothing differs."""
import json, os, random, subprocess, sys, tempfile
import duckdb_kql

TEXTS = ["FileName", "ProcessCommandLine", "AccountName"]
NUMBERS = ["ProcessId", "LogonId"]
PIECES = [
    "cmd", "CMD", "cmd.exe", ".exe", "power", "shell", "Shell", "a", "A", "b", "e", "1", "12", "0x1", "_", "-", ".", " ",
    "\\", "/", ":", "'", '"', "$", "(", ")", "*", "?", "%", "&&", "-enc", "/c", "C:\\", "http://", "\t",
]
ONE = ["==", "!=", "=~", "!~", "contains", "!contains", "contains_cs", "!contains_cs", "has", "!has", "has_cs", "!has_cs",
       "hasprefix", "!hasprefix", "hasprefix_cs", "hassuffix", "!hassuffix", "hassuffix_cs", "startswith", "!startswith",
       "startswith_cs", "endswith", "!endswith", "endswith_cs"]
SEVERAL = ["in", "!in", "in~", "!in~", "has_any", "has_all"]
EXPRESSIONS = ["cmd", "^cmd", "e$", r"\.exe$", "^$", "(?i)CMD", "a.b", r"[a-c]+\d", r"\d{1,2}", "(cmd|shell)", r"^\S+$",
               r"(?i)^c:\\", r"\s", "a*", r"[^a-z]$"]
ROWS, BATCH = 120, 250


def verbatim(text):
    return '@"' + text.replace('"', '""') + '"'


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self):
        return "".join(self.random.choice(PIECES) for _ in range(self.random.choice([0, 1, 1, 2, 3, 4, 6])))

    def row(self, number):
        row = {"Type": "DeviceProcessEvents", "ReportId": number}
        for name in TEXTS:
            if self.random.random() < 0.9:
                row[name] = self.text()
        for name in NUMBERS:
            if self.random.random() < 0.8:
                row[name] = self.random.choice([0, 1, 2, 12, 445, -1, 4294967296])
        return row

    def needle(self, rows):
        """Often a part of some row's text, so that conditions hold."""
        if self.random.random() < 0.4:
            return self.text()
        whole = self.random.choice(rows).get(self.random.choice(TEXTS), "")
        start = self.random.randint(0, len(whole))
        text = whole[start : start + self.random.choice([1, 2, 4, 40])] if self.random.random() < 0.7 else whole
        return text.swapcase() if self.random.random() < 0.3 else text

    def several(self, rows):
        needles = [self.needle(rows) for _ in range(self.random.randint(1, 4))]
        return f"dynamic({json.dumps(needles)})" if self.random.random() < 0.5 else ", ".join(map(verbatim, needles))

    def leaf(self, rows):
        column, kind = self.random.choice(TEXTS), self.random.random()
        if kind < 0.55:
            return f"{column} {self.random.choice(ONE)} {verbatim(self.needle(rows))}"
        if kind < 0.8:
            return f"{column} {self.random.choice(SEVERAL)} ({self.several(rows)})"
        if kind < 0.86:
            return f'{column} matches regex @"{self.random.choice(EXPRESSIONS)}"'
        if kind < 0.9:
            return self.random.choice(["isempty", "isnotempty"]) + f"({column})"
        if kind < 0.93:
            return f"strlen({column}) {self.random.choice(['<', '>', '=='])} {self.random.randint(0, 9)}"
        number = self.random.choice(NUMBERS)
        return self.random.choice([
            f"{number} {self.random.choice(['==', '!=', '<', '<=', '>', '>='])} {self.random.choice([0, 1, 12, 445])}",
            f"{number} in (1, 12)", f"{number} !in (1, 12)", f"{number} between (1 .. 445)", f"isnull({number})",
        ])

    def condition(self, rows, depth=2):
        kind = self.random.random()
        if depth == 0 or kind < 0.5:
            return self.leaf(rows)
        if kind < 0.62:
            return f"not({self.condition(rows, depth - 1)})"
        word = " and " if kind < 0.82 else " or "
        return "(" + word.join(self.condition(rows, depth - 1) for _ in range(2)) + ")"


def trawl(command, *arguments):
    run = subprocess.run([command, *arguments], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"{' '.join(arguments)}: {run.stderr}")
    return run.stdout


def block(name):
    """Of a query's id, from 0: a file with one block has none in it."""
    return int(name.rpartition("#")[2]) - 1 if "#" in name else 0


def found_by_trawl(command, folder, queries):
    """Of each query the rows that a scan reports, and those of its table."""
    path, log = os.path.join(folder, "q.md"), os.path.join(folder, "rows.ndjson")
    with open(path, "w") as file:
        file.write("# Random\n\n" + "".join(f"```kql\n{query}\n```\n\n" for query in queries))
    scanned, tables = [set() for _ in queries], [set() for _ in queries]
    for line in trawl(command, "scan", "-q", "--no-cache", "--format", "jsonl", "-r", path, log).splitlines():
        finding = json.loads(line)
        scanned[block(finding["rule"]["id"])].add(finding["source"]["record"])
    for table in json.loads(trawl(command, "query", "-q", "--format", "json", path, log)):
        tables[block(table["query"])] = {row["ReportId"] for row in table["rows"]}
    return scanned, tables


def main():
    command, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    maker, compared, hits, differences = Maker(seed), 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        while compared < count:
            rows = [maker.row(number) for number in range(1, ROWS + 1)]
            with open(os.path.join(folder, "rows.ndjson"), "w") as file:
                file.writelines(json.dumps(row) + "\n" for row in rows)
            database = duckdb_kql.connect()
            columns = [f"{name} VARCHAR" for name in TEXTS] + [f"{name} BIGINT" for name in NUMBERS]
            database.execute(f"CREATE TABLE DeviceProcessEvents (ReportId BIGINT, {', '.join(columns)})")
            database.executemany(
                f"INSERT INTO DeviceProcessEvents VALUES (?{', ?' * (len(columns))})",
                # Strings have no null in Kusto.
                [[row["ReportId"]] + [row.get(name, "") for name in TEXTS] + [row.get(name) for name in NUMBERS] for row in rows],
            )
            wanted = min(BATCH, count - compared)
            conditions = list(dict.fromkeys(maker.condition(rows) for _ in range(wanted)))
            queries = [f"DeviceProcessEvents | where {text} | project ReportId" for text in conditions]
            scanned, tables = found_by_trawl(command, folder, queries)
            for query, scan, table in zip(queries, scanned, tables):
                expected = {row[0] for row in duckdb_kql.kql(database, query).fetchall()}
                compared, hits = compared + 1, hits + len(expected)
                if scan == expected and table == expected:
                    continue
                differences += 1
                print(f"{query}\n  duckdb-kql {sorted(expected)}\n  scan {sorted(scan)}\n  query {sorted(table)}")
                for number in sorted(expected ^ scan | expected ^ table)[:2]:
                    print("  " + json.dumps(rows[number - 1]))
    print(f"{compared} conditions on {ROWS} rows each, {hits} hits, {differences} differ (seed {seed})")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
