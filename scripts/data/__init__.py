"""Makes believable data of any size: some hundreds of histories played, then multiplied by SQL."""
