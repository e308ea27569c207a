"""The pages that the office answers with on its own machine or network."""
