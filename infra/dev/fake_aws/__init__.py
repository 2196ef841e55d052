"""DynamoDB, SES, SQS, SSM and S3 in memory: what benchmarks and crash tests run against."""
