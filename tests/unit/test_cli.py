"""The command line: readable and JSON forms, faults in one sentence, a quick start."""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from labkit.cli import main
from labkit.synthetic.worlds import CkPlusWorld, IsedWorld, RavdessWorld, make_world

CLIP = "Actor_01/02-02-03-01-01-01-01.mp4"
WHOLE_MP4 = b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08moov"


@dataclass
class Done:
    """What a command left."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def labkit(tmp_path, monkeypatch, capsys):
    """Run ``labkit`` in an empty folder, with an empty data folder and nobody at the keyboard."""
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LABKIT_RESULTS", str(tmp_path / "results"))
    monkeypatch.setattr("labkit.notebooks.checkout", lambda: None)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["labkit", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(ended.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Path:
    spec = RavdessWorld(people=3, takes=1, seconds=0.4)
    return make_world(spec, tmp_path_factory.mktemp("worlds") / "small", workers=1)


def put(root: Path, name: str = CLIP, content: bytes = WHOLE_MP4) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return root


def sentence(done: Done) -> str:
    """The one line of a fault."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and done.stderr.strip().count("\n") == 0, done.stderr
    return done.stderr.strip()


def test_it_starts_without_the_heavy_libraries():
    code = (
        "import sys, labkit.cli; print([m for m in ('numpy', 'pandas', 'cv2', 'keras') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_help_names_every_command(labkit):
    done = labkit("--help")
    for command in ("doctor", "data", "preprocess", "models", "run", "results"):
        assert command in done.stdout


def test_models_lists_each_network(labkit):
    assert "alexnet" in labkit("models").stdout
    rows = json.loads(labkit("models", "--json").stdout)["models"]
    assert {"alexnet", "googlenet", "resnet-4"} <= {row["name"] for row in rows}
    assert all(row["input"] and row["parameters"] > 0 for row in rows)


def test_data_check_counts_a_folder(labkit, tmp_path):
    root = put(tmp_path / "some")
    done = labkit("data", "check", root)
    assert done.returncode == 0 and "1 of 1012 clips" in done.stdout and "happy 1/184" in done.stdout
    report = json.loads(labkit("data", "check", root, "--json").stdout)
    assert (report["ok"], report["complete"], report["clips"]) == (True, False, 1)
    assert "nothing of 22 actors" in report["missing"][0]


def test_data_check_fails_on_odd_files(labkit, tmp_path):
    root = put(put(tmp_path / "some"), "Actor_01/02-02-09-01-01-01-01.mp4")
    done = labkit("data", "check", root)
    assert "emotion code 09 does not exist" in sentence(done) and "Odd:" in done.stdout
    done = labkit("data", "check", root, "--json")
    assert done.returncode == 1 and not json.loads(done.stdout)["ok"]


def test_data_check_knows_a_synthetic_world(labkit, world):
    done = labkit("data", "check", world, "--no-measure", "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 0 and report["synthetic"] and report["complete"], done.stdout
    victim = next(world.rglob("*.truth.csv"))
    kept = victim.read_bytes()
    victim.unlink()
    try:
        for options in ([], ["--no-measure"]):
            done = labkit("data", "check", world, *options)
            assert "has no truth beside it" in done.stdout and "has no truth beside it" in sentence(done)
            assert json.loads(labkit("data", "check", world, *options, "--json").stdout)["missing"]
    finally:
        victim.write_bytes(kept)


def test_data_check_does_not_measure_a_damaged_world(labkit, tmp_path):
    root = make_world(CkPlusWorld(people=1, sequences=2, size=(72, 64)), tmp_path / "small", workers=1)
    next(root.rglob("*_00000004.png")).write_bytes(b"")
    done = labkit("data", "check", root)
    assert done.returncode == 1 and "is empty or truncated" in sentence(done), done.stderr
    assert "Odd:" in done.stdout and "cascades" not in done.stdout


def test_data_check_says_that_a_world_is_unfinished(labkit, tmp_path):
    """Even before its first file."""
    put(tmp_path / "begun", "unfinished.json", b"{}")
    assert "was begun but not finished" in sentence(labkit("data", "check", tmp_path / "begun"))


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["data", "check", "nowhere"], "There is no folder nowhere"),
        (["data", "check", "."], "no data set this course knows"),
        (["data", "get", "imagenet"], "choose ravdess (downloaded) or synthetic"),
        (["data", "get", "ravdess", "--actors", "99"], "there is no actor 99"),
        (["data", "get", "ravdess", "--actors", "one"], "no list of numbers"),
        (["data", "get", "ravdess", "--channel", "opera"], "channel 'opera' is not known"),
        (["run", "99"], "There is no notebook '99'"),
        (["run", "0", "--profile", "quick"], "There is no profile 'quick'; it is one of fast, laptop, paper"),
        (["run", "0", "--data", "imagenet"], "There is no data 'imagenet'"),
        (["preprocess", "nothing.mp4"], "nothing.mp4"),
        (["preprocess", "."], "no mp4 or avi file"),
        (["preprocess", "x.mp4", "--gap", "0"], "gap"),
        (["preprocess", "x.mp4", "--alignment", "magic"], "tracked or per-frame"),
        (["preprocess", "x.mp4", "--noise-floor", "-1"], "--noise-floor -1 is too small"),
        (["results", "nowhere"], "There is no folder nowhere"),
    ],
)
def test_a_fault_is_one_sentence_or_a_json_object(labkit, arguments, reason):
    quiet = labkit(*arguments, "--json")
    assert quiet.returncode == 1 and "Traceback" not in quiet.stderr
    assert reason in quiet.stdout and isinstance(json.loads(quiet.stdout), dict)
    loud = labkit(*arguments)
    assert loud.returncode == 1 and "Traceback" not in loud.stderr
    assert reason in loud.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(("name", "order"), [("synthetic", RavdessWorld()), ("synthetic-ised", IsedWorld())])
def test_each_stand_in_is_made_in_its_layout(labkit, monkeypatch, name, order):
    made = []
    monkeypatch.setattr(
        "labkit.synthetic.worlds.make_world", lambda world: made.append(world) or Path("here")
    )
    answer = json.loads(labkit("data", "get", name, "--json").stdout)
    assert made == [order] and answer == {"dataset": name, "root": "here"}


def test_the_licence_comes_first(labkit):
    done = labkit("data", "get", "ravdess", "--actors", "1")
    assert done.returncode == 1
    notice, fault = done.stderr.strip().splitlines()
    assert "CC BY-NC-SA 4.0" in notice and "--accept-licence" in fault


def test_preprocess_keeps_one_record_a_clip(labkit, world, tmp_path):
    clip = next(world.rglob("*.mp4"))
    text = put(tmp_path, "text.mp4", b"This is no video.")
    out = tmp_path / "out"
    done = labkit(
        "preprocess", clip, text / "text.mp4", "--gap", "2", "--stride", "3", "--out", out, "--json"
    )
    good, bad = json.loads(done.stdout)["records"]
    assert done.returncode == 0, done.stderr
    assert (good["clip"], good["status"], good["frames"]) == (clip.stem, "ok", 12)
    assert good["pairs"] == len(list((out / clip.stem).glob("*.png"))) == (12 - 1 - 2) // 3 + 1
    assert bad["status"] == "skipped" and "text" in bad["reason"] and (out / "records.csv").is_file()


def test_results_name_the_data(labkit, tmp_path):
    assert "No results yet" in labkit("results", tmp_path).stdout
    row = {"system": "alexnet", "data": "synthetic", "accuracy": 0.5}
    record = {"notebook": "02", "profile": "fast", "data": "synthetic", "seed": 0, "rows": [row]}
    put(tmp_path / "results", "02.json", json.dumps(record).encode())
    assert "synthetic (fast)" in labkit("results").stdout
    (found,) = json.loads(labkit("results", tmp_path / "results", "--json").stdout)["results"]
    assert (found["system"], found["data"], found["accuracy"]) == ("alexnet", "synthetic", 0.5)


def test_preprocess_into_a_plain_file_is_a_fault_in_words(labkit, world, tmp_path):
    put(tmp_path, "plain", b"in the way")
    arguments = ("preprocess", next(world.rglob("*.mp4")), "--out", tmp_path / "plain" / "sub")
    assert "cannot be written" in sentence(labkit(*arguments))
    assert "cannot be written" in json.loads(labkit(*arguments, "--json").stdout)["error"]
