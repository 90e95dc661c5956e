// TrawlSigma
