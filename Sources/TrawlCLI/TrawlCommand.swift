@main struct TrawlCommand { static func main() { print("trawl") } }
