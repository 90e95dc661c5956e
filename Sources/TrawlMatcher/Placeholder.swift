// TrawlMatcher
