"""A run that is killed leaves a sound study, and running again completes it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked to be killed")
def test_a_run_that_is_killed_leaves_a_sound_study_and_can_be_run_again(study_folder, tmp_path):
    (tmp_path / "scratch").mkdir()
    script = Path(__file__).with_name("killed.py")
    command = [sys.executable, str(script), str(study_folder), str(tmp_path / "scratch")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    outcome = json.loads(done.stdout)
    whole = outcome["whole"]
    assert whole["findings"] == [] and len(whole["said"]) == 22 and whole["suggested"]
    assert [killed["left"]["log"] for killed in outcome["killed"]] == [0, 0, 0, 22, 22]
    for killed in outcome["killed"]:
        assert killed["ended"] == -9, killed["at"]
        assert killed["left"]["findings"] == [], killed["at"]
        assert killed["again"] == 0, (killed["at"], done.stderr)
        assert killed["then"] == whole, killed["at"]
