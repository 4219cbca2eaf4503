// ClaimFilesTests
