"""The archive: dossiers as BagIt bags that explain and prove themselves for decades."""
