//! Planted faults: the ledger has to find each of them.
