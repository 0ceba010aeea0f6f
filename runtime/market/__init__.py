"""Where ticks come from: an embedded simulated market, files of prices, files of events."""
