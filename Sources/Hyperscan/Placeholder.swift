// Hyperscan
