"""The stages of a document's way: each idempotent, each committing last. Knows no Prefect."""
