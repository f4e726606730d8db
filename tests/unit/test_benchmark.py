"""The benchmark's verdict: 'make bench' runs it alone, and it fails where a demand is missed."""

import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Nothing:
    """In the place of a clip and of what was measured on it."""

    name, path = "no clip", Path("none.mp4")

    def __iter__(self):
        return iter(())


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch):
    """The benchmark with nothing to film or to measure."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    monkeypatch.setattr(sys, "argv", ["preprocessing.py", "--quick"])
    module = importlib.import_module("preprocessing")
    for name in [name for name in vars(module) if name.startswith("measure_") or name == "film"]:
        monkeypatch.setattr(module, name, lambda *args, **options: Nothing())
    return module


@pytest.mark.parametrize(("measured", "status"), [(1.0, 0), (0.5, 1)])
def test_a_missed_demand_fails_the_benchmark(benchmark, monkeypatch, capsys, measured: float, status: int):
    def measure_still(report, folder, people) -> None:
        report.demand("a share", "a clip", measured, least=0.9)

    monkeypatch.setattr(benchmark, "measure_still", measure_still)
    with pytest.raises(SystemExit) as ended:
        benchmark.main()
    assert ended.value.code == status
    assert ("off by 0.4" if status else "PASS") in capsys.readouterr().out


def test_make_bench_runs_the_benchmark_and_not_its_helpers():
    goal = (ROOT / "Makefile").read_text().split("\nbench:")[1].split("\n\n")[0]
    assert "benchmarks/preprocessing.py" in goal and "*" not in goal
