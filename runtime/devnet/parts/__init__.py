"""What the local chain consists of, one file a part; each deploys itself through a `Deployer`."""
