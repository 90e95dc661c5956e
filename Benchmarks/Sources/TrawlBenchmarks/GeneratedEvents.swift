import Foundation

/// Sysmon-like events, the same for the same seed: command lines and images repeat, hashes and GUIDs never do.
enum GeneratedEvents {
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static let processes = [
    ("C:\\\\Windows\\\\System32\\\\svchost.exe", "svchost.exe -k netsvcs -p"),
    ("C:\\\\Windows\\\\System32\\\\cmd.exe", "cmd.exe /c dir C:\\\\Users"),
    ("C:\\\\Windows\\\\System32\\\\WindowsPowerShell\\\\v1.0\\\\powershell.exe", "powershell.exe -File C:\\\\Scripts\\\\inventory.ps1"),
    ("C:\\\\Program Files\\\\Editor\\\\editor.exe", "\\\"C:\\\\Program Files\\\\Editor\\\\editor.exe\\\" notes.txt"),
    ("C:\\\\Windows\\\\explorer.exe", "C:\\\\Windows\\\\explorer.exe"),
    ("C:\\\\Windows\\\\System32\\\\whoami.exe", "whoami /all"),
  ]

  static func write(count: Int, to file: URL) throws {
    var random = Generator(state: 20_26)
    var text = ""
    for number in 0..<count {
      let (image, line) = processes[Int.random(in: 0..<processes.count, using: &random)]
      let parent = processes[Int.random(in: 0..<processes.count, using: &random)].0
      func hex(_ digits: Int) -> String {
        (0..<digits).map { _ in String(Int.random(in: 0..<16, using: &random), radix: 16, uppercase: true) }.joined()
      }
      let second = String(format: "%02d:%02d:%02d", number / 3600 % 24, number / 60 % 60, number % 60)
      text += "{\"Channel\":\"Microsoft-Windows-Sysmon/Operational\",\"EventID\":1,\"Computer\":\"host-\(number % 50)\","
      text += "\"UtcTime\":\"2026-01-15 \(second).000\",\"ProcessGuid\":\"{\(hex(8))-\(hex(4))}\",\"ProcessId\":\(number),"
      text += "\"Image\":\"\(image)\",\"CommandLine\":\"\(line)\",\"ParentImage\":\"\(parent)\",\"User\":\"CORP\\\\user\(number % 20)\","
      text += "\"IntegrityLevel\":\"Medium\",\"Hashes\":\"SHA256=\(hex(64))\"}\n"
    }
    try Data(text.utf8).write(to: file)
  }
}
