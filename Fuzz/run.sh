#!/bin/sh
# Builds the fuzz targets with libFuzzer and AddressSanitizer and runs each for SECONDS (default 60) from a seed corpus of
# the project's own rules, cases and events. Ends with 1 when one crashes, hangs or leaks; the input is kept in
# Fuzz/.build/findings.
set -eu
# libFuzzer prints where it crashed.
export SWIFT_BACKTRACE=enable=no
seconds=${1:-60}
cd "$(dirname "$0")"
package=$(cd .. && pwd)
build=.build/fuzz
swift build -c release --scratch-path "$build" --sanitize fuzzer --sanitize address \
  -Xswiftc -sanitize=fuzzer,address -Xswiftc -enable-testing >"${TMPDIR:-/tmp}/trawl-fuzz-build.$$" 2>&1 || {
  cat "${TMPDIR:-/tmp}/trawl-fuzz-build.$$"
  exit 1
}
rm -f "${TMPDIR:-/tmp}/trawl-fuzz-build.$$"

findings=.build/findings
mkdir -p "$findings"
failed=0

# run TARGET MAXIMUM_LENGTH [DICTIONARY]
run() {
  seeds=.build/seeds/$1
  mkdir -p "$seeds" ".build/corpus/$1"
  seed "$1" "$seeds"
  log=.build/$1.log
  if "$build/release/$1" -max_total_time="$seconds" -max_len="$2" -timeout=10 -rss_limit_mb=4096 \
    ${3:+-dict="$3"} -artifact_prefix="$findings/$1-" -print_final_stats=1 ".build/corpus/$1" "$seeds" >"$log" 2>&1
  then
    echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") executions in $seconds s, nothing found"
  else
    failed=1
    echo "$1: FAILED; the input is in Fuzz/$findings"
    # What went wrong and where, and the input itself: some places show the last lines of a run only.
    grep -E 'ERROR|SUMMARY|Fatal error|^ +#[0-9]+ ' "$log" | cut -c1-240 | head -24
    sed -n 's/^Base64: /input: /p' "$log" | cut -c1-4000
  fi
}

# seed TARGET FOLDER
seed() {
  case $1 in
  FuzzRules) cp "$package"/Corpus/Rules/*.yml "$package"/Corpus/Cases/*.yml "$2" ;;
  FuzzConditions)
    number=0
    sed -n 's/^ *condition: *//p' "$package"/Corpus/Rules/*.yml "$package"/Corpus/Cases/*.yml | while read -r line; do
      number=$((number + 1))
      printf '%s' "$line" >"$2/$number"
    done
    ;;
  FuzzEvents)
    number=0
    cat "$package"/Corpus/Events/*.ndjson | while IFS= read -r line; do
      number=$((number + 1))
      printf '%s\n' "$line" >"$2/$number"
    done
    for file in "$package"/Corpus/Events/*.ndjson; do head -3 "$file" >"$2/$(basename "$file")"; done
    ;;
  # Whole chunks as the tests write them, and binary XML of one record: an element of an element, then a template with an attribute and a substitution.
  FuzzEVTX)
    cp Seeds/EVTX/* "$2"
    printf '\002\017\001\001\000\001\377\377\024\000\000\000\041\002\000\000\000\000\000\000\000\000\005\000E\000v\000e\000n\000t\000\000\000\002\005\001\002\000h\000i\000\004\000' \
      >"$2/element"
    printf '\002\017\001\001\000\014\001\007\000\000\000\046\002\000\000\000\000\000\000\007\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\050\000\000\000\017\001\001\000\001\377\377\024\000\000\000\111\002\000\000\000\000\000\000\000\000\001\000E\000\000\000\002\015\000\000\001\004\000\001\000\000\000\004\000\001\000h\000i\000' \
      >"$2/template"
    ;;
  # Two bytes say where the log is cut.
  FuzzXML)
    printf '\000\100<?xml version="1.0"?>\n<Events><Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><EventRecordID>1</EventRecordID><Channel>Security</Channel></System><EventData><Data Name="a">&lt;&#x41;<!-- x --><![CDATA[y]]></Data><Data/></EventData></Event>\n<Event></Event></Events>' \
      >"$2/events"
    printf '\000\100<Event><a><Event>x</b></Event><Event b=c>stray &amp; <Event/>' >"$2/damaged"
    ;;
  FuzzCSV)
    printf '\000\020a,b\r\n1,"x\r\ny""z"\r\n\n2,"d"amage\n3,""\n4,"open\n5,6' >"$2/table"
    printf '\000\040Level;Date and Time;Source;Event ID;Task Category\nx;;y;4688;;"z\n;"\n' >"$2/viewer"
    printf '\000\020#TYPE x\n"Message","Id","ProviderName","LogName","MachineName","TimeCreated"\n"a","1","b","c","d",\n' \
      >"$2/powershell"
    ;;
  FuzzAuditd)
    printf '\000\040node=h type=EXECVE msg=audit(1640995200.123:456): argc=2 a0="sh" a1=2D63 proctitle=6C73002D6C key=6B016C\nx\n' \
      >"$2/auditd"
    printf '\000\040type=USER_CMD msg=audit(1.2:3): pid=1 msg='"'"'op=x acct="r" (addr=?, res=ok)'"'"'\035UID="root" SADDR={ a=b }' >"$2/enriched"
    printf '\000\040<34>Nov  1 10:00:00 h su[1]: x\n2024-01-02T03:04:05Z h CRON: y\nz' >"$2/syslog"
    printf '\000\040<165>1 2003-10-11T22:14:15.003Z h a 8 ID47 [e@1 k="a\\"]" l=""][f] text' >"$2/rfc5424"
    ;;
  # The queries of the tests; each block stands between lines of three quotes.
  FuzzKQL)
    awk '/"""$/ { number++; next } /^ *"""/ { number++ } number % 2 { print > (folder "/" number) }' \
      folder="$2" "$package"/Tests/TrawlKQLTests/*.swift
    ;;
  FuzzKQLMarkdown)
    printf '# A\n## B\n```kql\nDeviceEvents\n| where ActionType == "x"\n```\n```\nx | where y```\n' >"$2/blocks"
    ;;
  # The first byte says the language: SPL, EQL, Kibana's KQL, ES|QL. The last seed is a file of Splunk.
  FuzzVendorQueries)
    printf '\000`m(a, "b")` a IN ("*x*",y) NOT [search c=1] ```d``` | tstats count where e=f by g | where like(h,"%%i") | rex "(?<j>.)" | rename j as k' \
      >"$2/spl"
    printf '\001sequence by a with maxspan=1m [b where c : ("d*", """e""") and not ?f in~ (1)] ![g where cidrMatch(h, "i")] until [j where true]' \
      >"$2/eql"
    printf '\002a:(b or "c \\ d" and not e*) and not f:{g >= 5} and h:\\* or i j' >"$2/kuery"
    printf '\003from a metadata b | where c == "d" and e like ("f*") /* g */ | eval h = 1 | grok i "%%{J:k}" | where kql("l:m")' \
      >"$2/esql"
    printf '\004id: a\nname: b\nsearch: c=1 | `d`\ntags:\n  mitre_attack_id: [T1059]\n' >"$2/splunk"
    ;;
  # Edits to a checkpoint that the target makes itself: none, and one of the position.
  FuzzCheckpoint) printf '' >"$2/none" && printf '\000\125\002\001\000' >"$2/one" ;;
  # Edits to files that the target makes itself.
  FuzzCompiled) printf 'aa' >"$2/none" && printf 'aaplace2zz' >"$2/one" ;;
  esac
}

run FuzzRules 16384 rules.dict
run FuzzConditions 256 conditions.dict
run FuzzEvents 4096 events.dict
run FuzzEVTX 4096 evtx.dict
run FuzzXML 2048 xml.dict
run FuzzCSV 1024
run FuzzAuditd 1024 auditd.dict
run FuzzCheckpoint 64
run FuzzKQL 4096 kql.dict
run FuzzKQLMarkdown 4096 kql.dict
run FuzzVendorQueries 2048 vendors.dict
run FuzzCompiled 256
exit $failed
