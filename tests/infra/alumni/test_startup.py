"""Every command starts fast: what only some of them need is imported by these."""

import subprocess
import sys

SLOW = {"mkdocs", "material", "boto3", "botocore.session", "icalendar", "aws_lambda_powertools"}


def test_importing_the_command_imports_neither_a_cloud_nor_a_site_builder() -> None:
    program = "import sys; import infra.alumni.main; print(*sys.modules, sep='\\n')"
    imported = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert SLOW & set(imported) == set()
