"""Settings: one frozen object, every mistake named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.errors import SettingsError
from retrieval.settings import Settings, load_settings


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "parley.toml"
    file.write_text('precision = "fp32"\npassages = 7\n[bot]\nquota = 3\n')
    settings = load_settings({"PARLEY_PASSAGES": "9", "PARLEY_HOME": str(tmp_path)}, file)
    assert (settings.precision, settings.passages, settings.home) == ("fp32", 9, tmp_path)
    assert settings.index_folder == tmp_path / "index"


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "parley.toml"
    file.write_text('precison = "fp32"\n')
    with pytest.raises(SettingsError) as caught:
        load_settings({"PARLEY_PRECISION": "int4", "PARLEY_THREADS": "many", "PARLEY_CACHE": "perhaps"}, file)
    for word in ("precison", "int8, fp32", "threads", "cache"):
        assert word in str(caught.value)
    assert caught.value.exit_status == 2


def test_an_unreadable_file_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("precision = ")
    for file in (tmp_path / "bad.toml", tmp_path / "missing.toml"):
        with pytest.raises(SettingsError, match="cannot read settings"):
            load_settings({}, file)


@pytest.mark.parametrize(("text", "value"), [("true", True), ("0", False), ("off", False), ("YES", True)])
def test_switches(text: str, value: bool) -> None:
    assert load_settings({"PARLEY_CACHE": text}, None).cache is value


def test_without_anything_set_all_is_as_it_comes() -> None:
    assert load_settings({}, None) == Settings()
