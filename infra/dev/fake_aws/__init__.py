"""DynamoDB, SES, SQS, SSM and S3 in memory, for benchmarks and crash tests."""
