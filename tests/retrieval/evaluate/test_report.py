"""The report in a real browser: it renders, filters, fetches nothing, needs no script, and escapes what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.select import Select

from retrieval.evaluate.plots import Bar, plot_bars, plot_calibration, plot_risk
from retrieval.evaluate.report import write_report
from retrieval.evaluate.results import Run
from retrieval.evaluate.summary import summarise
from tests.retrieval.evaluate.browser import open_browser, requested
from tests.retrieval.evaluate.forms import FORMS, RunMaker

ATTACK = "</details><script>document.title='taken'</script><img src=http://127.0.0.1:9/x onerror=alert(1)> @stamp@"
HOSTILE = {"id": "hostile<b>", "question": f"When was the canal opened? {ATTACK}", "tags": ['<i>"tag"'], "note": ATTACK}
SHOWN = ".case:not([hidden])"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with open_browser(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def run(make_run: RunMaker) -> Run:
    return make_run(forms=[*FORMS, HOSTILE])


@pytest.fixture
def page(run: Run) -> Path:
    path = run.folder / "report.html"
    write_report(run, summarise(run), path)
    return path


def texts(browser: Chrome, selector: str) -> list[str]:
    return [element.text for element in browser.find_elements(By.CSS_SELECTOR, selector)]


def test_renders_misses_first_and_fetches_nothing(browser: Chrome, page: Path) -> None:
    browser.get_log("browser")
    requested(browser)
    browser.get(page.as_uri())
    assert browser.find_element(By.TAG_NAME, "h1").text == "Run run"
    outcomes = texts(browser, ".badge")
    assert len(outcomes) == 13
    assert outcomes[:5] == ["error", "false answer", "wrong answer", "missed", "missed"]
    assert {outcome.split()[0] for outcome in outcomes[5:]} == {"right"}
    assert len(browser.find_elements(By.CSS_SELECTOR, ".plots svg")) >= 5
    for plot in browser.find_elements(By.CSS_SELECTOR, ".plots svg"):
        assert plot.size["width"] > 200
        assert plot.size["height"] > 40
    assert requested(browser) == [page.as_uri()]
    assert [entry["message"] for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


def test_a_fetch_would_be_seen(browser: Chrome) -> None:
    requested(browser)
    browser.get("data:text/html,<img src=http://127.0.0.1:9/x>")
    assert "http://127.0.0.1:9/x" in requested(browser)


def test_answer_gold_and_cited_quotes_stand_side_by_side(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    cases = browser.find_elements(By.CLASS_NAME, "case")
    case = cases[texts(browser, ".question").index("When was the canal opened?")]
    case.find_element(By.TAG_NAME, "summary").click()
    sections = case.find_elements(By.TAG_NAME, "section")
    assert [section.find_element(By.TAG_NAME, "h3").text.lower() for section in sections] == ["answer", "gold", "cited"]
    assert len({section.location["y"] for section in sections}) == 1
    assert "The canal opened in 1911. [1]" in sections[0].text
    assert "The canal opened in 1911." in sections[1].text
    assert sections[2].find_element(By.TAG_NAME, "mark").text == "The canal opened in 1911."


def test_filters_by_outcome_tag_and_words(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    assert len(texts(browser, SHOWN)) == 13
    Select(browser.find_element(By.ID, "outcome")).select_by_value("misses")
    assert len(texts(browser, SHOWN)) == 5
    assert texts(browser, "#count") == ["5 of 13"]
    Select(browser.find_element(By.ID, "tag")).select_by_value("unanswerable")
    assert texts(browser, f"{SHOWN} .question") == ["Who made the bells ring at dawn?"]
    Select(browser.find_element(By.ID, "outcome")).select_by_value("")
    assert len(texts(browser, SHOWN)) == 2
    Select(browser.find_element(By.ID, "tag")).select_by_value("")
    words = browser.find_element(By.ID, "words")
    words.send_keys("HONEY market")
    assert texts(browser, f"{SHOWN} .question") == ["Which goods does the market sell?"]
    words.clear()
    words.send_keys("zebra")
    assert texts(browser, SHOWN) == []
    assert texts(browser, "#count") == ["0 of 13"]


def test_text_of_a_run_cannot_become_part_of_the_page(browser: Chrome, page: Path) -> None:
    requested(browser)
    browser.get(page.as_uri())
    assert browser.title == "Run run: 13 cases"
    assert ATTACK in browser.execute_script("return document.body.textContent")
    assert browser.find_elements(By.TAG_NAME, "img") == []
    assert requested(browser) == [page.as_uri()]
    Select(browser.find_element(By.ID, "tag")).select_by_value('<i>"tag"')
    assert len(texts(browser, SHOWN)) == 1


def test_can_be_read_without_script(browser: Chrome, page: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(page.as_uri())
        assert not browser.find_element(By.CLASS_NAME, "filters").is_displayed()
        assert len(texts(browser, ".case")) == 13
        miss, *_, last = browser.find_elements(By.CLASS_NAME, "case")
        assert "Crashed: ValueError" in miss.text  # misses are open
        assert not last.find_element(By.CLASS_NAME, "body").is_displayed()
        last.find_element(By.TAG_NAME, "summary").click()
        assert last.find_element(By.CLASS_NAME, "body").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_light_and_dark_follow_the_reader_and_text_stands_out(browser: Chrome, page: Path) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
        browser.get(page.as_uri())
        body = browser.find_element(By.TAG_NAME, "body")
        ground, ink = (luminance(body.value_of_css_property(name)) for name in ("background-color", "color"))
        assert (max(ground, ink) + 0.05) / (min(ground, ink) + 0.05) > 7  # WCAG's enhanced contrast
        grounds.append(ground)
        for badge in browser.find_elements(By.CLASS_NAME, "badge"):
            pair = sorted(luminance(badge.value_of_css_property(name)) for name in ("background-color", "color"))
            assert (pair[1] + 0.05) / (pair[0] + 0.05) > 4.5
    assert grounds[0] > 0.8
    assert grounds[1] < 0.05
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_narrow_screen_scrolls_down_only(browser: Chrome, page: Path) -> None:
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.get(page.as_uri())
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def luminance(color: str) -> float:
    """Relative luminance of a CSS rgb() colour, as WCAG defines it."""
    channels = [int(number) / 255 for number in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def test_page_is_the_same_bytes_for_the_same_run(run: Run, page: Path) -> None:
    first = page.read_bytes()
    write_report(run, summarise(run), page)
    assert page.read_bytes() == first
    assert not re.search(rb"(?:src|href)=[\"'](?!data:|#)", first)


def test_bars_are_as_long_as_their_values() -> None:
    svg = plot_bars([Bar("a", 1.0, 0.9, 1.0, ""), Bar("b", 0.25, 0.1, 0.5, "")], "t")
    whole, quarter = (float(width) for width in re.findall(r'<rect[^>]*width="([\d.]+)"', svg))
    assert quarter == pytest.approx(whole / 4)


def test_risk_falls_to_the_answers_with_most_support() -> None:
    support, right = np.array([0.9, 0.8, 0.3, 0.3]), np.array([1.0, 1.0, 1.0, 0.0])
    points = re.search(r'points="([^"]+)"', plot_risk(support, right, 8, "t"))
    assert points is not None
    pairs = [tuple(map(float, pair.split(","))) for pair in points[1].split()]
    assert len(pairs) == 3  # the two with equal support come together
    assert pairs[0][1] == pairs[1][1] > pairs[2][1]  # down the picture is lower risk: 0, 0, then 1 of 4


def test_calibration_of_one_bin_is_a_dot() -> None:
    svg = plot_calibration(np.array([0.75, 0.78]), np.array([1.0, 0.0]), "t")
    assert "support 0.77: 0.50 right of 2" in svg or "support 0.76: 0.50 right of 2" in svg
    assert "polyline" not in svg
