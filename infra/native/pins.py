"""What exactly the native servers are: versions and the hashes they must have."""

from __future__ import annotations

MINIO_MODULE = "github.com/minio/minio"
MINIO_VERSION = "v0.0.0-20260212201848-7aac2a2c5b7c"
MINIO_SUM = "h1:/qdoYujxF5MBLDMVLeiYJ/7fBa1HikX39Dvzb9Ji8pA="
"""Go's hash of the module, which the built binary carries (`go version -m`)."""
GO_OLDEST = (1, 24)
"""What the module's go.mod asks for."""

ELASTICSEARCH_VERSION = "8.19.21"
ELASTICSEARCH_ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{ELASTICSEARCH_VERSION}:zip"
"""The official minimal distribution on Maven Central."""
ELASTICSEARCH_SHA256 = "215d5f3dbf0609a149f6218a9e47b6ae2df34ebbff3c5754e35f15a5e5393c8a"
JAVA_VERSIONS = (17, 21)
"""Major versions of Java that this Elasticsearch runs on, the best first."""
