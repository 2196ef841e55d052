"""Rows without the minutes that it takes to measure them."""

import pytest

from infra.dev.bench import __main__ as bench
from infra.dev.bench.support.rows import limit, row


@pytest.fixture
def measured(monkeypatch):
    """Set the results of the benchmarks: name → rows, or the error that breaks one off."""

    def set_(**results):
        def run(result):
            if isinstance(result, Exception):
                raise result
            return result

        ready = {name: lambda result=result: run(result) for name, result in results.items()}
        monkeypatch.setattr(bench, "BENCHMARKS", ready)

    return set_


@pytest.fixture
def good():
    return row("site_build", 4.0, 28.0, 0.2, "CPU 0.14")


@pytest.fixture
def bad():
    return limit("check_1000", 2.1, 2)
