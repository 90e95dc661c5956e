// TrawlDecoding
