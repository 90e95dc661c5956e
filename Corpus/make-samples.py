#!/usr/bin/env python3
"""Makes Corpus/Samples from Corpus/Events: the same events as other tools write them, compressed and in archives; and the
row of Corpus/Rows that is too long to be read.

Run it from anywhere after a change of the events; `hits.tsv` beside the samples is written by hand or from a scan that
was read through. Python's standard library is enough.
"""

import bz2
import csv
import gzip
import io
import json
import lzma
import pathlib
import tarfile
import zipfile
from xml.sax.saxutils import escape

corpus = pathlib.Path(__file__).parent
samples = corpus / "Samples"
MOMENT = 1767225600  # 2026-01-01, so that the same events make the same files


def events(name):
    return [json.loads(line) for line in (corpus / "Events" / name).read_text().splitlines() if line]


def table(rows):
    """CSV as a spreadsheet writes it: CR LF, and a column for each member that some row has."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([row.get(column, "") for column in columns])
    return text.getvalue().encode()


def xml(rows):
    """Events as `wevtutil qe /f:xml` prints them: one after the other, in no document."""
    text = []
    for number, row in enumerate(rows, 1):
        body = dict(row)
        channel, event_id, computer = body.pop("Channel"), body.pop("EventID"), body.pop("Computer", "")
        provider = body.pop("Provider_Name", "")
        time = body.get("UtcTime", "2026-03-01 00:00:00.000").replace(" ", "T") + "Z"
        data = "".join(f"<Data Name='{key}'>{escape(str(value))}</Data>" for key, value in body.items())
        text.append(
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
            f"<Provider Name='{escape(provider)}'/><EventID>{event_id}</EventID><TimeCreated SystemTime='{time}'/>"
            f"<EventRecordID>{number}</EventRecordID><Channel>{channel}</Channel><Computer>{computer}</Computer>"
            f"</System><EventData>{data}</EventData></Event>\n"
        )
    return "".join(text)


AUDITD = r"""type=CWD msg=audit(1772327233.120:410): cwd="/home/eva"
type=EXECVE msg=audit(1772327233.120:410): argc=4 a0="ln" a1="-sf" a2="/dev/null" a3="/home/eva/.bash_history"
type=EXECVE msg=audit(1772327240.007:411): argc=2 a0="rm" a1=2F686F6D652F657661206C2F2E7A73685F686973746F7279
type=EXECVE msg=audit(1772327251.500:412): argc=2 a0="rm" a1="/root/notes"
type=USER_CMD msg=audit(1772327260.001:413): pid=77 uid=1000 auid=1000 ses=3 msg='cwd="/" cmd=6C73202D6C terminal=pts/0 res=success'
"""

SYSLOG = """Mar  1 01:07:13 web1 CRON[811]: (root) CMD (true)
Mar  1 01:07:14 web1 sshd[812]: Failed password for invalid user admin from 198.51.100.9 port 50022 ssh2
Mar  1 01:07:15 web1 sshd[812]: Failed password for invalid user admin from 192.0.2.9 port 50023 ssh2
2026-03-01T01:07:16.000001+00:00 web1 sshd[813]: Failed password for invalid user test from 198.51.100.9 port 50024 ssh2
<86>1 2026-03-01T01:07:17Z web1 sshd 814 - - Failed password for eva from 198.51.100.9 port 50025 ssh2
"""


def process(row):
    """A process creation of Sysmon as a row of Defender's table DeviceProcessEvents."""
    name = row.get("Image", "").rsplit("\\", 1)[-1]
    domain, _, user = row.get("User", "").lower().rpartition("\\")
    return {
        "Timestamp": row.get("UtcTime", "2026-03-01 00:00:00.000").replace(" ", "T") + "0000Z",
        "DeviceName": row.get("Computer", "").lower(),
        "ActionType": "ProcessCreated",
        "FileName": name,
        "FolderPath": row.get("Image"),
        "ProcessCommandLine": row.get("CommandLine"),
        "ProcessIntegrityLevel": row.get("IntegrityLevel"),
        "ProcessVersionInfoOriginalFileName": row.get("OriginalFileName"),
        "AccountName": user,
        "AccountDomain": domain,
        "InitiatingProcessFolderPath": row.get("ParentImage", "").lower(),
        "InitiatingProcessCommandLine": row.get("ParentCommandLine"),
    }


def answer(rows):
    """What the hunting API answers."""
    schema = [{"Name": name, "Type": "String"} for name in rows[0]]
    return json.dumps({"Stats": {"ExecutionTime": 0.1}, "Schema": schema, "Results": rows}, indent=1).encode()


def hub(rows):
    """What Defender sends to Event Hubs, a block of two records a line."""
    records = [
        {"time": row["Timestamp"], "category": "AdvancedHunting-DeviceProcessEvents", "properties": row}
        for row in rows
    ]
    blocks = [{"records": records[first : first + 2]} for first in range(0, len(records), 2)]
    return b"".join(json.dumps(block).encode() + b"\n" for block in blocks)


def zipped(members):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in members.items():
            target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def tar_gz(members):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as target:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), MOMENT
            target.addfile(entry, io.BytesIO(data))
    return gzip.compress(archive.getvalue(), mtime=0)


def padded(row):
    """Case 51 of the seed query: the phrase behind a mebibyte, the most that the service takes."""
    row["FileName"] = "powershell.exe"
    row["ProcessCommandLine"] = "A" * (1 << 20) + row["ProcessCommandLine"]
    row["ReportId"] = 51
    return gzip.compress(json.dumps(row, separators=(",", ":")).encode() + b"\n", mtime=0)


def main():
    sysmon = events("windows-sysmon.ndjson")
    flat = [row for row in sysmon if all(isinstance(value, (str, int)) for value in row.values())]
    lines = b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in sysmon)
    processes = [process(row) for row in flat if row["EventID"] == 1]
    samples.mkdir(exist_ok=True)
    for name, data in {
        "sysmon.csv": table(flat[:12]),
        "sysmon.xml": xml(flat[12:24]).encode(),
        "DeviceProcessEvents.json": answer(processes),
        "defender-hub.json": hub(processes),
        "audit.log": AUDITD.encode(),
        "auth.log": SYSLOG.encode(),
        "cloud.ndjson.xz": lzma.compress((corpus / "Events" / "cloud.ndjson").read_bytes()),
        "cloud.json.bz2": bz2.compress(json.dumps(events("cloud.ndjson"), indent=1).encode()),
        "ws01.zip": zipped(
            {
                "Logs/sysmon.ndjson.gz": gzip.compress(lines, mtime=0),
                "Logs/sysmon-utf16.xml": xml(flat[24:30]).encode("utf-16"),
                "README.txt": b"Nothing to see here.\n",
            }
        ),
        "web1.tar.gz": tar_gz({"var/log/audit/audit.log": AUDITD.encode(), "var/log/auth.log": SYSLOG.encode()}),
    }.items():
        (samples / name).write_bytes(data)
    rows = (corpus / "Rows" / "seed-cases.ndjson").read_text().splitlines()
    (corpus / "Rows" / "seed-case-51.ndjson.gz").write_bytes(padded(json.loads(rows[2])))


if __name__ == "__main__":
    main()
