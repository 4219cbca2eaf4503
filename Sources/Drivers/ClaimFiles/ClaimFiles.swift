// ClaimFiles
