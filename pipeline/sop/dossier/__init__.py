"""SOP 8: what is filed, put into its dossier."""
