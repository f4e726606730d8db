"""The doctor tells what is fine from what is not, and does not fall over either."""

import sys

import pytest

from labkit import doctor
from labkit.doctor import Check


def test_this_machine_passes_what_the_tests_need():
    for check in (
        doctor.check_python(),
        doctor.check_packages(),
        doctor.check_cascades(),
        doctor.check_codecs(),
    ):
        assert check.status == "ok", str(check)


@pytest.mark.parametrize(
    ("version", "status"), [((3, 10, 13), "fault"), ((3, 11, 0), "ok"), ((3, 14, 0), "fault")]
)
def test_python_is_judged_by_its_version(version, status):
    assert doctor.check_python(version).status == status


def test_a_missing_and_an_old_package_are_named():
    check = doctor.check_packages(["numpy>=2", "numpy>=99", "no-such-package", "other; extra == 'test'"])
    assert check.status == "fault" and ">=99 is needed" in check.detail
    assert "no-such-package is not installed" in check.detail and "other" not in check.detail


def test_a_full_disk_is_a_fault_and_a_small_one_a_warning(tmp_path, monkeypatch):
    for free, status in ((5e8, "fault"), (2e9, "warning"), (9e9, "ok")):
        monkeypatch.setattr(
            doctor.shutil, "disk_usage", lambda folder, free=free: type("Usage", (), {"free": free})
        )
        assert doctor.check_disk(tmp_path / "not" / "there").status == status


def test_a_broken_codec_is_a_fault(monkeypatch):
    monkeypatch.setattr("labkit.video.read_frames", lambda path: iter(()))
    assert doctor.check_codecs().status == "fault"


def test_a_damaged_clip_is_no_fault_of_the_codecs(tmp_path, monkeypatch, small_clip):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    folder = tmp_path / "ravdess" / "Actor_01"
    folder.mkdir(parents=True)
    (folder / "02-02-03-01-01-01-01.mp4").write_bytes(b"")
    check = doctor.check_codecs()
    assert check.status == "warning" and "none of 1 RAVDESS clips" in check.detail and "empty" in check.detail
    (folder / "02-02-03-01-01-01-02.mp4").write_bytes(small_clip.read_bytes())
    assert doctor.check_codecs() == Check("codecs", "ok", "mp4v is written and read, H.264 is read")


def test_an_absent_data_set_is_no_fault_and_an_incomplete_one_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    assert doctor.check_dataset("ravdess").status == "absent"
    ised = doctor.check_dataset("ised")
    assert ised.status == "absent" and "on request" in ised.detail
    assert doctor.check_synthetic().status == "absent"
    (tmp_path / "ravdess").mkdir()
    assert doctor.check_dataset("ravdess").status == "warning"  # an empty folder
    clip = tmp_path / "ravdess" / "Actor_01" / "02-02-03-01-01-01-01.mp4"
    clip.parent.mkdir()
    clip.write_bytes(b"\0\0\0\x08ftyp\0\0\0\x08moov")
    check = doctor.check_dataset("ravdess")
    assert check.status == "warning"
    assert "1 of 1012 clips" in check.detail and "nothing of 22 actors" in check.detail


def test_a_backend_that_does_not_start_is_a_fault_in_one_line(monkeypatch):
    monkeypatch.setattr(doctor, "_ASK_BACKEND", "raise ImportError('no such backend')")
    (check,) = doctor.check_backend()
    assert check == Check("backend", "fault", "Keras does not start: ImportError: no such backend")


@pytest.mark.parametrize(("gpus", "status"), [("[]", "absent"), ('["gpu:0"]', "ok")])
def test_the_backend_and_its_gpus_are_reported(monkeypatch, gpus, status):
    answer = f'["jax", "3.15", {gpus}]'
    monkeypatch.setattr(doctor, "_ASK_BACKEND", f"print('noise'); print({answer!r})")
    backend, gpu = doctor.check_backend()
    assert backend.detail == "Keras 3.15 on jax" and gpu.status == status


def test_the_kernel_is_this_python_or_a_warning(monkeypatch):
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    for command, status in ((sys.executable, "ok"), ("python", "ok"), ("/other/python", "warning")):
        spec = KernelSpec(argv=[command])
        monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", lambda self, name, spec=spec: spec)
        assert doctor.check_kernel().status == status
    monkeypatch.undo()
    monkeypatch.setattr("labkit.notebooks.KERNEL", "no-such-kernel")
    assert doctor.check_kernel().status == "fault"
