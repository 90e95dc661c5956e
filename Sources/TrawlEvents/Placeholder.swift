// TrawlEvents
