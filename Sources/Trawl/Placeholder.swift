// Trawl
