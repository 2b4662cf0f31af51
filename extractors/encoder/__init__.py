"""One small encoder read by many heads: text to word pieces, the network, what its heads say."""
