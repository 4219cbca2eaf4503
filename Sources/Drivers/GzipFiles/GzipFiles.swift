// GzipFiles
