"""An OAuth server that nobody here wrote: `oidc-provider` for Node.js, set up like Zoom's."""
