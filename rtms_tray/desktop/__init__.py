"""The user's side in Qt: draws view-models, hands back clicks, decides nothing."""
