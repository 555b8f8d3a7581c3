-- Releases share packages of the same fingerprint.
CREATE INDEX release_packages_by_fingerprint ON release_packages (fingerprint);
