// TrawlCompiler
