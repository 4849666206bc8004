"""Makes docs/answer.svg: a real answer as a terminal shows it. Run: python docs/make_answer_picture.py"""

from __future__ import annotations

import os
import re
from pathlib import Path

from rich.console import Console

from retrieval import load_settings, open_engine
from retrieval.terminal import print_answer

QUESTION = "What did Putin ask about a ceasefire on 13 March 2025?"


def main() -> None:
    engine = open_engine(load_settings())
    with Path(os.devnull).open("w") as nowhere:
        console = Console(record=True, width=110, file=nowhere, force_terminal=True)
        console.print(f"[bold green]$[/] parley ask [yellow]'{QUESTION}'[/]")
        print_answer(console, engine.ask(QUESTION), engine.document)
    drawn = console.export_svg(title="parley")
    drawn = re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # a picture that fetches nothing
    (Path(__file__).parent / "answer.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
