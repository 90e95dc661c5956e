// TrawlScanner
