//! privet: a streaming anonymization sidecar for data products.
