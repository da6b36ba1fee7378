"""The archive of the market's past: zip files with their checksums, in a folder or on a server."""
