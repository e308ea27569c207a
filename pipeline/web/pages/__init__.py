"""One page a file; ``pipeline.web.app`` lists them."""
