// TrawlOutput
